"""The results as a page that reads well."""

from typing import Any


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.1f} s"


def page(result: dict[str, Any]) -> str:
    """Markdown: one row a measure, both databases side by side, the ratio of the medians of the same run."""
    machine = result["machine"]
    lines = [
        "# Benchmarks",
        "",
        f"Run on {result['day']} with `make bench`: {machine['cpus']} cores, {machine['system']}, Python "
        f"{machine['python']}, SQLite {machine['sqlite']}, PostgreSQL {machine['postgresql']} (its own defaults, every "
        "commit on disk, as with SQLite).",
        "Both databases take turns in one run, so that the last column means something on a busy machine too. Each piece "
        "of work is what a process does for it, transactions included. Median, and in brackets what 95 of 100 stay under.",
        "",
        "| what | SQLite | PostgreSQL | PostgreSQL / SQLite |",
        "|---|---|---|---|",
    ]
    for measure in result["measures"]:
        both = measure["seconds"]
        cells = [f"{_time(both[name]['median'])} ({_time(both[name]['p95'])})" for name in both]
        ratio = both["postgresql"]["median"] / both["sqlite"]["median"] if len(both) == 2 else None
        shown = [*cells, f"{ratio:.2f}"] if ratio else [cells[0], "needs none", ""]
        lines.append(f"| {measure['what']} | {' | '.join(shown)} |")
    per_second = {m["name"]: {k: 1 / v["median"] for k, v in m["seconds"].items()} for m in result["measures"]}
    rows = per_second["import_row"]
    lines += [
        "",
        f"So one county's machine stores {per_second['inbox_put']['sqlite']:,.0f} messages a second on SQLite and imports "
        f"{rows['sqlite']:,.0f} rows a second ({rows['postgresql']:,.0f} on PostgreSQL).",
        "",
    ]
    return "\n".join(lines)
