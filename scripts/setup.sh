#!/bin/sh
# Make .venv with Python 3.12 and exactly the pinned libraries. Needs only sh and a python3 with venv.
# When nothing changed since last time it returns at once.
set -eu
cd "$(dirname "$0")/.."

log=var/log/setup.log
ready=.venv/.ready

stop() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

explain() {
    # Turn the usual reasons into one sentence; anything else shows the end of the log.
    if grep -qi 'no space left' "$log" || [ "$(df -Pk . | awk 'NR == 2 { print $4 }')" -lt 50000 ]; then
        stop "The disk is full. Free about 5 GB and run make again."
    fi
    if grep -qiE 'name resolution|resolve host|dns error|network is unreachable|connection (refused|reset|error)|timed out|error sending request|failed to fetch|could not find a version|no matching distribution' "$log"; then
        tail -n 4 "$log" >&2
        stop "$1 needs the network, and it could not be reached. Check the connection (or proxy) and run make again."
    fi
    tail -n 20 "$log" >&2
    stop "$1 did not work; the lines above (whole in $log) say why."
}

step() {
    what=$1
    shift
    printf '%s ...\n' "$what"
    "$@" >"$log" 2>&1 || explain "$what"
}

wanted() {
    cat requirements-dev.txt requirements-uv.txt scripts/setup.sh | cksum
    pwd
}

if [ -x .venv/bin/python ] && [ -x .uv/bin/uv ] && [ -f "$ready" ] && [ "$(cat "$ready")" = "$(wanted)" ] &&
    .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

mkdir -p var/log 2>/dev/null || stop "This folder cannot be written to: var/log could not be made."

free_kb=$(df -Pk . | awk 'NR == 2 { print $4 }')
if [ ! -d .venv ] && [ "$free_kb" -lt 5000000 ]; then
    stop "The disk has $((free_kb / 1000)) MB free; Atithi needs about 5 GB (two Pythons, their libraries, the models)."
fi

# pyenv shows a Python only where its version is chosen; look at all it has.
for bin in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[02]*/bin; do
    [ -d "$bin" ] && PATH=$PATH:$bin
done
export PATH

if [ ! -x .uv/bin/uv ] || ! .uv/bin/uv --version 2>/dev/null | grep -qF "$(sed 's/uv==/uv /' requirements-uv.in)"; then
    python=
    for candidate in python3 python3.12 python3.13 python3.11 python3.10 /usr/bin/python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
            python=$candidate
            break
        fi
    done
    [ -n "$python" ] || stop "Python 3 is missing. On Debian or Ubuntu type:  apt-get install python3-venv"
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "Python's venv module is missing. On Debian or Ubuntu type:  apt-get install python3-venv"
    rm -rf .uv
    step "Making a place for uv" "$python" -m venv .uv
    step "Installing uv" .uv/bin/python -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r requirements-uv.txt
fi

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 12))' 2>/dev/null; then
    rm -rf .venv
    step "Finding Python 3.12" .uv/bin/uv venv --no-project --python 3.12 .venv
fi
step "Installing the libraries" env VIRTUAL_ENV="$PWD/.venv" .uv/bin/uv pip sync \
    --require-hashes --compile-bytecode requirements-dev.txt

# The product runs from this folder: its packages are found here, and `atithi` is its command line.
.venv/bin/python - <<'PYTHON'
import pathlib
import sys
import sysconfig

pathlib.Path(sysconfig.get_path("purelib"), "atithi.pth").write_text(f"{pathlib.Path.cwd()}\n")
command = pathlib.Path(sys.prefix, "bin", "atithi")
command.write_text(f"#!/bin/sh\nexec '{sys.prefix}/bin/python' -m jobs.cli \"$@\"\n")
command.chmod(0o755)
PYTHON

wanted >"$ready"
