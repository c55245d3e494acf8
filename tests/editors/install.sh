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

mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | sed -n 1p
}
mirror=$(mirror)
[ -n "$mirror" ] || { apt-get -qq update && mirror=$(mirror); } # without lists nothing says whose they are
if [ -z "$mirror" ]; then
    echo "install.sh: this system knows no mirror of Debian" >&2
    exit 1
fi
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
mkdir -p "$state/state/lists/partial" "$state/cache/archives/partial"
apt=(apt-get -qq -o "Dir::State=$state/state" -o "Dir::State::status=/dev/null" -o "Dir::Cache=$state/cache"
    -o "Dir::Etc::SourceList=$state/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Debug::NoLocking=1
    -o APT::Sandbox::User=root -o APT::Install-Recommends=false)
for suite in forky trixie; do # what comes next has the newest releases; a package may be missing there for a while
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$state/sources.list"
    if "${apt[@]}" update && "${apt[@]}" install -y --download-only neovim hx emacs-nox; then
        for package in "$state"/cache/archives/*.deb; do
            case $(basename "$package") in
            emacs-el_* | binutils* | *-dev_*) ;; # Emacs' own sources, and what only its compiler needs
            *) dpkg -x "$package" "$folder" ;;
            esac
        done
        exit 0
    fi
    rm -f "$state"/cache/archives/*.deb
done
echo "install.sh: no newer Debian has all of neovim, hx and emacs-nox" >&2
exit 1
