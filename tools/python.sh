#!/bin/sh
# Run a script with any Python that is new enough, and get one where there is none.
set -eu

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1
}

for python in python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.10; do
    if new_enough "$python"; then
        exec "$python" "$@"
    fi
done

echo "No Python 3.10 or newer: installing Debian's python3." >&2
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null; then
    as_root=sudo
else
    echo "Neither root nor sudo: install it yourself with 'apt-get install python3', then try again." >&2
    exit 1
fi
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends python3
if ! new_enough /usr/bin/python3; then
    echo "Debian's python3 is older than 3.10: install a newer Python and put it on PATH." >&2
    exit 1
fi
exec /usr/bin/python3 "$@"
