#!/usr/bin/env bash
# Takes the pictures of media/ anew, by the checks in the real workbench. Usage: scripts/pictures.sh PYTHON, one
# with the server's development dependencies, after ci.sh has packed the extension. Needs pngquant.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v pngquant >/dev/null || { echo "pictures.sh needs pngquant (Debian: apt install pngquant)" >&2; exit 1; }

shots=$(mktemp -d)
trap 'rm -rf "$shots"' EXIT
SHOTS=$shots test/workbench/ci.sh "$1"
for name in prompt hover terminal debugger case log-points trail-view data-shape; do
    pngquant --force --strip --speed 1 --output "media/$name.png" -- "$shots/$name.png"
done
