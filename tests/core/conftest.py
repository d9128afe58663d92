"""Whatever touches the database in this room runs on SQLite and on PostgreSQL."""

from tests.conftest import BOTH


def pytest_generate_tests(metafunc):
    if "database" in metafunc.fixturenames and not _said(metafunc):
        metafunc.parametrize("database", BOTH, indirect=True)


def _said(metafunc) -> bool:
    return any("database" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
