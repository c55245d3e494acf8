#!/usr/bin/env bash
# Usage: install.sh FOLDER      as root on Debian and its like
# Installs the editors of tests/editors: the system's own Neovim, Emacs and tmux, and into FOLDER a current
# Neovim, Emacs and Helix out of a newer Debian. Those are only unpacked: they run with that Debian's own
# libraries, and nothing of it is installed.
set -euo pipefail
folder=$1
mkdir -p "$folder"
export DEBIAN_FRONTEND=noninteractive

wanted=(neovim emacs-nox tmux)
apt-cache show elpa-eglot >/dev/null 2>&1 && wanted+=(elpa-eglot) # part of Emacs from 29 on
if ! dpkg -s "${wanted[@]}" >/dev/null 2>&1; then
    apt-get -qq update
    apt-cache show elpa-eglot >/dev/null 2>&1 && wanted+=(elpa-eglot)
    apt-get -qq install -y --no-install-recommends "${wanted[@]}" >/dev/null
fi

"$(dirname "${BASH_SOURCE[0]}")/../unpack_debian.sh" "$folder" neovim hx emacs-nox
