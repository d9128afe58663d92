"""`wengang export` and `wengang report`: the two lists as files, the numbers in the terminal."""

from pathlib import Path

import click

from core import areas, clock, db, lists, reports


@click.group("export")
def export() -> None:
    """Write lists to files."""


@export.command("lists")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
@click.option("--county", default="", metavar="CODE", help="Only this area (a code or its beginning).")
def export_lists(out: Path, county: str) -> None:
    """The two lists (in work; wants work) as CSV, without personal numbers."""
    _check_area(county)
    try:
        with db.reading() as s:
            written = lists.write(s, out, clock.today(), county)
    except OSError as error:
        raise click.ClickException(f"cannot write to {out}: {error.strerror}") from None
    for path, count in written:
        click.echo(f"{path}: {count} persons")


def _check_area(code: str) -> None:
    if code and areas.get(code) is None and not any(known.startswith(code) for known in areas.divisions()):
        raise click.ClickException(f"there is no area {code}")


@click.command("report")
@click.option("--county", default="", metavar="CODE", help="Only this area (a code or its beginning).")
@click.option("--month", metavar="YYYY-MM", help="Another month than the present one.")
def report(county: str, month: str | None) -> None:
    """The programme's numbers; the desk's page /reports shows the persons behind each."""
    _check_area(county)
    try:
        first, last = reports.month_of(month)
    except ValueError:
        raise click.UsageError(f"{month!r} is no month such as 2026-11") from None
    click.echo(f"{first} to {last}, area {county or 'all'}")
    with db.reading() as s:
        for number in reports.numbers(s, county, month):
            share = f" of {number.whole:,} ({number.value / number.whole:.0%})" if number.whole else ""
            click.echo(f"{number.zh}  {number.en}: {number.value:,}{share}")
