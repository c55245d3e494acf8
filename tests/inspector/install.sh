#!/usr/bin/env bash
# Usage: install.sh FOLDER      Installs the command line of the MCP inspector there; needs Node and npm.
set -euo pipefail
mkdir -p "$1"
cd "$1"
echo '{"private": true}' >package.json
npm install --no-audit --no-fund --no-update-notifier --loglevel=error @modelcontextprotocol/inspector-cli@0.22.0
# It reads its version from the package around it, which holds a web interface that is not needed here.
echo '{"name": "inspector", "version": "0.22.0"}' >node_modules/@modelcontextprotocol/package.json
