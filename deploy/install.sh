#!/bin/sh
# Make .venv with Python 3.10 and install the pinned FILE into it. Python: python3.10, a pyenv 3.10, or uv fetching one.
set -eu
file=$1
uv_version=0.13.9

say() { printf '%s\n' "$*"; }
works() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; }

find_python() {
    for candidate in python3.10 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python3.10 python3 python; do
        if works "$candidate"; then command -v "$candidate"; return; fi
    done
    return 1
}

find_uv() {
    for candidate in .venv/bin/uv uv "$HOME/.local/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then command -v "$candidate"; return; fi
    done
    return 1
}

if ! works .venv/bin/python; then
    rm -rf .venv
    if python=$(find_python); then
        say "Python: $python"
        if uv=$(find_uv); then "$uv" venv -q -p "$python" .venv
        else "$python" -m venv .venv || { say "This Python has no venv module: install python3.10-venv, or uv (https://docs.astral.sh/uv)."; exit 1; }
        fi
    else
        say "No Python 3.10 here; fetching one with uv."
        if ! uv=$(find_uv); then
            python3 -m pip install -q --user "uv==$uv_version" 2>/dev/null \
                || python3 -m pip install -q --user --break-system-packages "uv==$uv_version" \
                || { say "Wengang needs Python 3.10. Install it (pyenv install 3.10, or your system's python3.10), or install uv."; exit 1; }
            uv=$(find_uv) || uv="$(python3 -m site --user-base)/bin/uv"
        fi
        "$uv" venv -q -p 3.10 .venv || { say "uv could not fetch Python 3.10. Install Python 3.10 (pyenv install 3.10) and try again."; exit 1; }
    fi
fi

if ! uv=$(find_uv); then
    say "Installing uv (the quick installer) into .venv"
    .venv/bin/python -m pip install -q "uv==$uv_version"
    uv=.venv/bin/uv
fi
say "Installing $file (the first time takes some minutes on a slow line)"
"$uv" pip install -q --no-deps -p .venv/bin/python -r "$file"
"$uv" pip install -q -p .venv/bin/python --no-deps -e .
