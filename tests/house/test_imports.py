"""The import rules of the house, read from the syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"core", "actions", "bot", "console", "cli"}
WEB = {"starlette", "uvicorn", "fastapi", "aiohttp", "flask"}
FILES = sorted(path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def attributes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_it_imports_core_and_its_own_room_only(path):
    ours = {name.split(".")[0] for name in imports(path)} & ROOMS
    allowed = {path.parts[0]} | ({"core"} if path.parts[0] != "core" else set())
    assert ours <= allowed


@pytest.mark.parametrize("path", FILES, ids=str)
def test_it_keeps_each_library_in_its_room(path):
    tops = {name.split(".")[0] for name in imports(path)}
    where = path.as_posix()
    assert "telegram" not in tops or path.parts[0] == "bot"
    assert "rasa" not in tops or where in {"bot/rasa_channel.py", "bot/nlu_components.py"}
    assert "rasa_sdk" not in tops or path.parts[0] == "actions"
    assert not tops & WEB or path.parts[0] in {"bot", "console"}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_it_reads_the_environment_in_one_place(path):
    if path.as_posix() in {"core/config.py", "cli/training.py"}:
        return  # training hands the environment on to Rasa unread
    assert not {"os.environ", "os.getenv"} & set(attributes(path))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_it_commits_in_one_place(path):
    if path.as_posix() == "core/db.py" or path.as_posix() == "bot/rasa_channel.py":
        return
    calls = {name.rsplit(".", 1)[-1] for name in attributes(path)}
    assert "commit" not in calls


@pytest.mark.parametrize("path", FILES, ids=str)
def test_it_stays_short(path):
    if path.parent.as_posix() == "core/migrations/versions":
        return  # written by the machine
    text = (ROOT / path).read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno + 1 <= 60, node.name
