#!/bin/sh
# What the tests need of the machine: two browsers and letters to draw. Root gets them by apt; anyone else is told.
# PostgreSQL, the browsers' driver, Node and all else come with the locks.
set -eu

missing=""
need() { # package, then a test that fails while it is missing
	package=$1; shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}

major() { "$1" --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/'; }
drawing() { [ "$(major chromium)" -ge 156 ]; } # an older one draws the pictures of the tests by other rules
driven() { [ "$(major firefox-esr)" -ge 153 ]; } # an older one answers the locked Playwright with "unknown command"

need chromium drawing
need firefox-esr driven
need fonts-noto-core test -e /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf
# PostgreSQL refuses root: as root, its package makes a user to run it.
[ "$(id -u)" != 0 ] || need passwd command -v useradd

[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "the tests need:  sudo apt-get install --no-install-recommends$missing" >&2
	exit 1
fi

echo "installing$missing"
log=$(mktemp)
apt() { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q "$@" >"$log" 2>&1; }
# shellcheck disable=SC2086 # one word a package
install() { apt install -y --no-install-recommends $missing; }
# The list of packages that a machine was made with may be none, or name last year's browsers.
apt update || true
if ! install; then
	tail -n 20 "$log" >&2
	echo "apt could not install:$missing" >&2
	exit 1
fi
rm -f "$log"
drawing || { echo "the tests need Chromium 156 or newer; apt has $(major chromium)" >&2; exit 1; }
driven || { echo "the tests need Firefox ESR 153 or newer; apt has $(major firefox-esr)" >&2; exit 1; }
