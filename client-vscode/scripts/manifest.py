"""Write the server's settings into the extension's manifest; ``--check`` only tells whether they are there.

The server's settings are the source; the manifest has beside them what only this client knows.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from crimescene import __version__
from crimescene.settings import schema

MANIFEST = Path(__file__).parent.parent / "package.json"
OURS = {
    "crimescene.path": {
        "type": "string",
        "default": "",
        "scope": "machine-overridable",
        "markdownDescription": "%setting.path%",
    }
}
NEVER_FROM_UNTRUSTED = ("crimescene.path", "crimescene.testCommand")
"""What may name a program to start."""


def configured(manifest: dict) -> dict:
    """The manifest with the settings as they are now."""
    server = schema()
    properties = dict(OURS)
    for order, (name, entry) in enumerate(server["properties"].items(), start=1):
        kept = {key: value for key, value in entry.items() if key != "title"}
        properties[name] = {**kept, "scope": "resource", "order": order}
    configuration = {"title": server["title"], "properties": properties}
    untrusted = {
        **manifest["capabilities"]["untrustedWorkspaces"],
        "restrictedConfigurations": list(NEVER_FROM_UNTRUSTED),
    }
    return {
        **manifest,
        "version": __version__,
        "capabilities": {**manifest["capabilities"], "untrustedWorkspaces": untrusted},
        "contributes": {**manifest["contributes"], "configuration": configuration},
    }


def main() -> int:
    """Write, or with ``--check`` compare; 1 if they are not in step."""
    before = MANIFEST.read_text(encoding="utf-8")
    after = json.dumps(configured(json.loads(before)), indent=2, ensure_ascii=False) + "\n"
    if "--check" in sys.argv[1:]:
        return int(json.loads(before) != json.loads(after))
    MANIFEST.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
