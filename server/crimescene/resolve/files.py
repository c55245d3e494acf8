"""What a look-up starts from: the workspace's files by name, and where printed folders lie in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene.resolve.mounts import mounts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crimescene.model import Location
    from crimescene.resolve.source_maps import SourceMap


LIBRARY = "library frame"
OUTSIDE = "not in the workspace"
NO_PLACE = "the frame names no place"


def _nothing(_: str) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True)
class Files:
    """The workspace's files by base name, lower-cased, and how to read one."""

    root: str
    """Absolute POSIX path of the workspace."""
    known: frozenset[str]
    by_name: Mapping[str, Sequence[str]]
    read: Callable[[str], bytes | None] = _nothing
    read_large: Callable[[str], bytes | None] = _nothing
    """The same for source maps, which are longer than any source."""
    mounted: tuple[tuple[str, str], ...] = ()
    """Folders as containers see them and the folders of the workspace they are, longest first."""
    seen: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)
    """Files that nobody listed and somebody asked for."""
    maps: dict[str, SourceMap | None] = field(default_factory=dict, repr=False, compare=False)
    answers: dict[tuple[object, ...], Resolution] = field(default_factory=dict, repr=False, compare=False)
    told: dict[tuple[object, ...], tuple[str, str] | None] = field(
        default_factory=dict, repr=False, compare=False
    )
    packages: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Package that a file's head declares, by path."""
    _folders: set[str] = field(default_factory=set, repr=False, compare=False)

    @property
    def folders(self) -> set[str]:
        """Every folder that holds a file, at any depth."""
        if not self._folders:
            for path in self.known:
                folder = path.rpartition("/")[0]
                while folder and folder not in self._folders:
                    self._folders.add(folder)
                    folder = folder.rpartition("/")[0]
        return self._folders

    def exists(self, path: str) -> bool:
        """Whether there is such a file, listed or not: what is built or ignored is not listed."""
        if path in self.known:
            return True
        if path not in self.seen:
            self.seen[path] = self.read(path) is not None
        return self.seen[path]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a frame is; ``location`` is None where it is not in the workspace or not certain."""

    location: Location | None
    in_app: bool
    note: str = ""
    """Why there is no location: "library frame", "ambiguous: …"; else the same as the location's."""
    missing: str = ""
    """Path below the root that the file would have, where that much is known."""
    choices: tuple[str, ...] = ()
    """Files that all match, where it is ambiguous."""
    namesakes: tuple[str, ...] = ()
    """Files that have no more in common with the printed path than their own name, where none matches."""

    @property
    def telling(self) -> bool:
        """Whether the note says more than that the frame is none of the workspace."""
        return self.location is None and self.note not in ("", LIBRARY, OUTSIDE, NO_PLACE)


def index_files(
    root: str,
    paths: Sequence[str],
    read: Callable[[str], bytes | None] | None = None,
    read_large: Callable[[str], bytes | None] | None = None,
) -> Files:
    """Group the workspace's relative POSIX ``paths`` by base name.

    ``read`` gives the bytes of a file below the root, ``read_large`` those of a longer one; without them
    nothing is known but the names.
    """
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        by_name[path[path.rfind("/") + 1 :].lower()].append(path)
    root = root.replace("\\", "/").rstrip("/")
    known = frozenset(paths)
    if read is None:
        return Files(root, known, by_name)
    return Files(root, known, by_name, read, read_large or read, mounts(root, known, read))
