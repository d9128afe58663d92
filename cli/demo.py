"""`wengang demo`: fill or empty the demo."""

import click

from core import db, demo
from core.config import settings


@click.group("demo")
def group() -> None:
    """The demo's invented people, employers and openings."""


def fill() -> None:
    """Fill an empty database, saying what is being made."""
    with db.writing() as s:
        for what, count in demo.fill(s):
            click.echo(f"  {what}: {count:,}")


@group.command()
def reset() -> None:
    """Empty the database and fill it with demo data again."""
    if not settings().demo:
        raise click.ClickException("this is no demo (DEMO=0): nothing was touched")
    with db.writing() as s:
        demo.empty(s)
    fill()
