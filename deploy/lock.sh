#!/bin/sh
# Resolve requirements*.in into pinned files. tensorflow-cpu stands in for tensorflow (decisions.md).
set -eu
for file in requirements requirements-dev; do
    uv pip compile -q --universal -p 3.10 --no-annotate --override overrides.txt "$file.in" -o "$file.txt"
done
