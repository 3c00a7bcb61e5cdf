#!/bin/sh
# Writes both lock files anew: hashes for every file, no address of an index, no comment that
# names this machine. Needs uv (`pip install uv`); nobody needs it to install.
set -eu
cd "$(dirname "$0")/.."

lock() {
    out=$1
    shift
    uv pip compile pyproject.toml "$@" --output-file "$out" --quiet --universal \
        --python-version 3.11 --fork-strategy fewest --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate
}

lock requirements.lock --extra build
lock requirements-dev.lock --extra dev --constraint requirements.lock
if grep -inE 'https?:|file:|index' requirements.lock requirements-dev.lock; then
    echo 'a lock file names an address' >&2
    exit 1
fi
