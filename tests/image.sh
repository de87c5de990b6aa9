#!/bin/sh
# The Dockerfile, built and run as an operator would: read-only, without any capability, not as root.
#
#     tests/image.sh              with docker, or podman where there is none
#     IMAGE_ENGINE=podman         another program
#     IMAGE_BUILD="..."           the whole command that builds, when not `$IMAGE_ENGINE build`; the tag and . are added
set -eu

cd "$(dirname "$0")/.."
engine=${IMAGE_ENGINE:-$(command -v docker >/dev/null && echo docker || echo podman)}
tag=panah-under-test
name=panah-under-test-$$
port=8643

say() { echo "== $*"; }
fail() {
	echo "FAILED: $*" >&2
	"$engine" logs "$name" >&2 || true
	exit 1
}
tidy() {
	"$engine" rm --force "$name" >/dev/null 2>&1 || true
	"$engine" volume rm --force "$name" >/dev/null 2>&1 || true
}
trap tidy EXIT

say build
# shellcheck disable=SC2086 # a command
${IMAGE_BUILD:-$engine build} --tag $tag .

strictly() { # what the Dockerfile promises to work under
	"$engine" run --name "$name" --network host --read-only --tmpfs /tmp --cap-drop=ALL \
		--security-opt=no-new-privileges --volume "$name:/data" --env PANAH_HOST=127.0.0.1 --env PANAH_PORT=$port "$@"
}

say "it refuses to serve what is not there"
if strictly $tag; then fail "served an empty folder"; fi
"$engine" rm "$name" >/dev/null

answers() {
	waited=0
	until "$engine" logs "$name" 2>&1 | grep -q "^ready http://127.0.0.1:$port"; do
		[ $waited -lt 60 ] || fail "not ready after 60 s"
		waited=$((waited + 1))
		sleep 1
	done
	python3 - <<-EOF
		import urllib.request
		for path in ("/", "/v1/keyring", "/v1/health"):
		    answer = urllib.request.urlopen("http://127.0.0.1:$port" + path)
		    print(answer.status, path, len(answer.read()), "bytes")
	EOF
}
stops() {
	"$engine" stop --time 10 "$name" >/dev/null
	code=$("$engine" inspect --format '{{.State.ExitCode}}' "$name")
	[ "$code" = 0 ] || fail "SIGTERM ended it with $code"
	"$engine" rm "$name" >/dev/null
}

say "a demonstration"
strictly --detach $tag panah demo --port $port --data /data >/dev/null
answers
stops

say "the same folder, served"
strictly --detach --env PANAH_DEMO=1 $tag >/dev/null
answers
[ "$("$engine" exec "$name" id -u)" != 0 ] || fail "runs as root"
if "$engine" exec "$name" touch /opt/panah/x 2>/dev/null; then fail "its program can be changed"; fi
"$engine" exec "$name" grep CapEff /proc/1/status
stops
say passed
