#!/bin/sh
# The two commands on a bare machine: a fresh Debian with git, make, python3 and python3-venv, a fresh clone, then
# `make run` (until it answers, Ctrl-C, once more) and `make test`. As root, with mmdebstrap.
#
#     tests/bare.sh [run|test|all] [SUITE]
#
#     BARE_DIR=/some/dir     keep the system there and use it again (without it: a temporary one, removed)
#     BARE_MIRROR=...        Debian mirror, when not mmdebstrap's own choice
#     BARE_CA=/a/file.crt    certificates that this network needs, laid over the system's own
#     BARE_ENV="A B"         names of variables to hand in; nothing else of the environment is
set -eu

what=${1:-all}
suite=${2:-bookworm}
port=8642
repo=$(cd "$(dirname "$0")/.." && pwd)

if [ "${BARE_INSIDE:-}" != 1 ]; then
	# Mounts and processes of the bare system end with this script, whatever happens in it.
	base=${BARE_DIR:-$(mktemp -d)}
	export BARE_INSIDE=1 BARE_BASE="$base"
	status=0
	unshare --mount --propagation private --pid --fork --kill-child "$0" "$what" "$suite" || status=$?
	[ -n "${BARE_DIR:-}" ] || rm -rf "$base"
	exit $status
fi

root=$BARE_BASE/$suite
if [ ! -e "$root/.made" ]; then
	echo "== a bare $suite"
	mkdir -p "$BARE_BASE"
	rm -rf "$root"
	mmdebstrap --quiet --variant=apt --include=git,make,python3,python3-venv,ca-certificates \
		"$suite" "$root" ${BARE_MIRROR:+"$BARE_MIRROR"}
	[ -z "${BARE_CA:-}" ] || cp "$BARE_CA" "$root/etc/ssl/certs/ca-certificates.crt"
	: >"$root/.made"
fi
cp /etc/resolv.conf /etc/hosts "$root/etc/"

mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount -t tmpfs tmpfs "$root/dev"
for node in null zero full random urandom tty; do
	: >"$root/dev/$node"
	mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs tmpfs "$root/dev/shm"

inside() {
	handed=""
	for name in ${BARE_ENV:-}; do
		handed="$handed $name=$(printenv "$name")"
	done
	# shellcheck disable=SC2086 # one word a variable
	chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 $handed "$@"
}

echo "== a fresh clone"
rm -rf "$root/root/panah" "$root/root/data"
git clone --quiet --no-hardlinks "file://$repo" "$root/root/panah"
git -C "$root/root/panah" log -1 --format='%h %s'

start_and_stop() { # $1: seconds allowed until it answers
	inside sh -c "cd /root/panah && python3 tests/bare_run.py $port /root/data $1"
}

case $what in run | all)
	echo "== make run"
	start_and_stop 300
	echo "== make run, again"
	start_and_stop 5
	;;
esac
case $what in test | all)
	echo "== make test"
	inside sh -c "cd /root/panah && exec make test"
	;;
esac
