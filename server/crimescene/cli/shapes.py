"""``crimescene shape``: where what is produced stops matching what is read."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from crimescene.cli.console import DONE, REFUSED, say
from crimescene.cli.opening import analysis_of, path_of
from crimescene.cli.reading import read_text

if TYPE_CHECKING:
    import argparse


def shape(options: argparse.Namespace) -> int:
    """Print the hops; REFUSED where nothing is known to differ."""
    from crimescene import shapes

    analysis = analysis_of(options)
    if options.trace:
        found = analysis.shape_behind(read_text(options.trace))
    else:
        place = (path_of(options.at[0], analysis, options), options.at[1]) if options.at else None
        found = analysis.trace_shape([path_of(name, analysis, options) for name in options.files], place)
    print(shapes.to_json(found) if options.json else shapes.markdown(found), end="")
    if options.log:
        analysis.make_trail()
        sink = str(analysis.trail_path())
        done = analysis.log_lines(found.places(), cid=secrets.token_hex(2), sink=sink)
        said = f"{len(done.points)} log points are in; run the program, then: crimescene logs read"
        say(said if done.points else "Nothing could be inserted safely.")
    return DONE if found.divergences else REFUSED
