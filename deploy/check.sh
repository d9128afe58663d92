#!/bin/sh
# Format, lint, types, import rules, wording rules.
set -eu
rooms="core actions bot console cli"
.venv/bin/ruff format --check $rooms tests benchmarks
.venv/bin/ruff check $rooms tests benchmarks
.venv/bin/mypy $rooms
.venv/bin/wengang policy check
.venv/bin/python -m pytest -q tests/house
