#!/bin/sh
# Makes the virtual environment: make-venv.sh PYTHON FOLDER. Debian keeps the venv module in a
# package of its own; it is installed where that is allowed.
set -u
python=$1
folder=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo 'Python 3.11 or newer is needed (make PYTHON=python3.12 …)' >&2
    exit 1
fi
"$python" -m venv "$folder" >/dev/null 2>&1 && exit 0
rm -rf "$folder"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'installing: python3-venv'
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
fi
"$python" -m venv "$folder" && exit 0
rm -rf "$folder"
echo 'Python lacks its venv module: on Debian, apt-get install python3-venv' >&2
exit 1
