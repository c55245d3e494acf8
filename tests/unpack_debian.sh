#!/usr/bin/env bash
# Usage: unpack_debian.sh FOLDER PACKAGE...      as root on Debian and its like
# Unpacks packages, with all they need, out of the newest Debian that has them. Nothing is installed: what is in
# FOLDER runs with that Debian's own libraries, beside whatever this system has.
set -euo pipefail
folder=$1
shift
mkdir -p "$folder"

mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | sed -n 1p
}
mirror=$(mirror)
[ -n "$mirror" ] || { apt-get -qq update && mirror=$(mirror); } # without lists nothing says whose they are
if [ -z "$mirror" ]; then
    echo "unpack_debian.sh: this system knows no mirror of Debian" >&2
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
    if "${apt[@]}" update && "${apt[@]}" install -y --download-only "$@"; then
        for package in "$state"/cache/archives/*.deb; do
            case $(basename "$package") in
            emacs-el_* | binutils* | *-dev_*) ;; # Emacs' own sources, and what only compilers need
            *) dpkg -x "$package" "$folder" ;;
            esac
        done
        exit 0
    fi
    rm -f "$state"/cache/archives/*.deb
done
echo "unpack_debian.sh: no newer Debian has all of $*" >&2
exit 1
