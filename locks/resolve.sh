#!/bin/sh
# Resolve every lock anew: `make locks`. uv comes into a temporary environment; what is written holds versions and
# hashes, and no address. pip's own settings say where from, as they do when the locks are installed.
set -eu

python=${1:-python3}
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT

"$python" -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r locks/build.lock
"$tools/bin/pip" install --quiet --disable-pip-version-check uv

resolve() { # $1: the lock; the rest: what goes into it
	lock=$1; shift
	"$tools/bin/uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make locks" "$@" --output-file "$lock"
}

resolve locks/build.lock --group pyproject.toml:build
resolve locks/runtime.lock pyproject.toml
resolve locks/test.lock pyproject.toml --group pyproject.toml:test --constraint locks/runtime.lock

"$tools/bin/python" hatch_build.py npm-lock

if grep -n '://' locks/*.lock ||
	grep -n '"resolved"' package-lock.json tests/browser/chromium80/package-lock.json locks/lighthouse/package-lock.json; then
	echo "a lock names an address: take it out" >&2
	exit 1
fi
