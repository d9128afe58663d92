"""`make bench`: measure on SQLite and on PostgreSQL in turns; write results/latest.json and results/index.md."""

import contextlib
import datetime as dt
import json
import os
import platform
import secrets
import sqlite3
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from benchmarks import measures, pages
from core import config, db, migrations
from tests import postgres

RESULTS = Path(__file__).parent / "results"
ROUNDS = 3
MANY = 70_000
Samples = dict[str, dict[str, list[float]]]


def use(url: str) -> None:
    """Let this process work on that database."""
    os.environ["DATABASE_URL"] = url
    config.settings.cache_clear()
    db.engine.cache_clear()


@contextlib.contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Both databases, with all tables."""
    with tempfile.TemporaryDirectory() as folder, postgres.server(options=()) as server:
        os.environ |= {"WENGANG_VAR": folder, "SECRET_KEY": secrets.token_hex(16), "DEMO": "1", "LOG_LEVEL": "ERROR"}
        urls = {"sqlite": f"sqlite:///{folder}/bench.db", "postgresql": server}
        for url in urls.values():
            use(url)
            migrations.upgrade()
        yield urls


def measure(
    urls: dict[str, str], samples: Samples, name: str, work: Callable[[], Iterator[float]], rounds: int
) -> None:
    print(f"{name} …", flush=True)
    for _ in range(rounds):
        for database, url in urls.items():
            use(url)
            samples[name][database] += work()


def run() -> dict:
    samples: Samples = defaultdict(lambda: defaultdict(list))
    with databases() as urls:
        measure(urls, samples, "fill_demo", measures.fill_demo, 1)
        for work in (measures.inbox_put, measures.turn, measures.outbox_round):
            measure(urls, samples, work.__name__, work, ROUNDS)
        measure(urls, samples, "search_3000", measures.search, ROUNDS)
        for url in urls.values():
            use(url)
            measures.more_openings(MANY)
        measure(urls, samples, "search_70000", measures.search, ROUNDS)
        measure(urls, samples, "import_row", measures.import_row, ROUNDS)
        measure({"sqlite": urls["sqlite"]}, samples, "area_by_name", measures.area_by_name, 1)
        version = _version(urls["postgresql"])
    machine = {
        "cpus": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": version,
    }
    return {
        "day": dt.date.today().isoformat(),
        "machine": machine,
        "measures": [_told(*item) for item in samples.items()],
    }


def _version(url: str) -> str:
    use(url)
    with db.engine().connect() as connection:
        return connection.execute(sa.text("SHOW server_version")).scalar_one()


def _told(name: str, by_database: dict[str, list[float]]) -> dict:
    kind, _, size = name.rpartition("_")
    what = (getattr(measures, kind if size.isdigit() else name).__doc__ or "").strip().rstrip(".")
    what += f" ({int(size):,} openings)" if size.isdigit() else ""
    seconds = {
        database: {"median": statistics.median(told), "p95": sorted(told)[int(len(told) * 0.95)], "pieces": len(told)}
        for database, told in by_database.items()
    }
    return {"name": name, "what": what, "seconds": seconds}


def main() -> None:
    result = run()
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "index.md").write_text(pages.page(result), encoding="utf-8")
    print(pages.page(result))


if __name__ == "__main__":
    main()
