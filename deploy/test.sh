#!/bin/sh
# Everything that CI checks. Arguments go to pytest.
set -eu
sh deploy/check.sh
.venv/bin/wengang train
exec .venv/bin/python -m pytest -q -n 2 --dist loadgroup --no-loadscope-reorder --ignore tests/house "$@"
