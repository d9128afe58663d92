"""`wengang import`: lists of openings, workers and employers from CSV and XLSX files."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from core import areas, imports
from core.errors import NotAllowed, NotFound
from core.imports import files, maps

SHOWN = 20


@click.group("import")
def group() -> None:
    """Lists from files: CSV (also .gz) and XLSX. Good rows are kept, bad ones told; the same file twice changes nothing."""


def _options(command: Callable) -> Callable:
    listed = ", ".join(maps.names())
    for option in (
        click.option("--county", metavar="CODE", help="The county of rows that name no place."),
        click.option("--dry-run", is_flag=True, help="Check everything, keep nothing."),
        click.option(
            "--map", "map_name", metavar="NAME", help=f"The column map ({listed}); else the one that fits best."
        ),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        command = option(command)
    return command


@group.command()
@_options
def vacancies(**options) -> None:
    """Openings."""
    _run("vacancies", **options)


@group.command()
@_options
def workers(**options) -> None:
    """People of the county's list; ID numbers and phones are sealed."""
    _run("workers", **options)


@group.command()
@_options
def employers(**options) -> None:
    """Employers."""
    _run("employers", **options)


def _run(what: str, file: Path, map_name: str | None, dry_run: bool, county: str | None) -> None:
    found = areas.get(county) if county else None
    if county and (found is None or found.level != "county"):
        raise click.ClickException(f"there is no county {county}")
    try:
        result = imports.run(file, what, map_name=map_name, county=county, dry_run=dry_run, progress=_progress)
    except (files.Unreadable, maps.NoHeader, NotAllowed, NotFound) as error:
        raise click.ClickException(str(error)) from None
    _tell(result, dry_run)
    click.echo(f"Report: {imports.report(file, result)}")


def _progress(read: int) -> None:
    if sys.stdout.isatty():
        click.echo(f"\r{read:,} rows …", nl=False)
    elif read % 9_000 == 0:
        click.echo(f"{read:,} rows …")
    sys.stdout.flush()


def _tell(result: imports.Result, dry_run: bool) -> None:
    if sys.stdout.isatty():
        click.echo()
    for problem in result.problems[:SHOWN]:
        kept = " (the rest of the row is kept)" if problem.kept else ""
        click.echo(f"Row {problem.row}, {problem.column}: {problem.reason}{kept}")
    if len(result.problems) > SHOWN:
        click.echo(f"… and {len(result.problems) - SHOWN:,} more in the report")
    counts = ", ".join(f"{number:,} {name}" for name, number in result.tally.items())
    click.echo(f"{'Dry run, nothing kept' if dry_run else 'Done'} (column map {result.map}): {counts}")
