#!/usr/bin/env bash
# Usage: install.sh FOLDER      as root on Debian and its like
# Installs what the tests of the packages need besides Python: shells, man, and into FOLDER a Python that is newer
# than the system's, unpacked and told where its own libraries are.
set -euo pipefail
folder=$1
export DEBIAN_FRONTEND=noninteractive

wanted=(bash-completion fish groff man-db patchelf zsh)
if ! dpkg -s "${wanted[@]}" >/dev/null 2>&1; then
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends "${wanted[@]}" >/dev/null
fi
"$(dirname "${BASH_SOURCE[0]}")/../unpack_debian.sh" "$folder" python3.14-venv
libraries=$(dirname "$(find "$folder/usr/lib" -name libc.so.6)")
loader=$(find "$folder/usr/lib" -name 'ld-linux*.so*' | head -n 1)
patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$folder/usr/bin/python3.14"
"$folder/usr/bin/python3.14" --version
