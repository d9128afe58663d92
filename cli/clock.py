"""`wengang clock`: show, set or move the demo's time."""

import datetime as dt
import re

import click

from core import clock, db, demo
from core.config import settings

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@click.group("clock")
def group() -> None:
    """Move the demo's time: due dates follow within 5 seconds; leases and sessions keep real time."""
    if not settings().demo:
        raise click.ClickException("the clock moves in demo mode only (DEMO=1)")


def _show() -> None:
    now = clock.local(clock.due_now())
    click.echo(f"{now:%Y-%m-%d %H:%M} (China time), {clock.offset()} ahead of the real clock")


@group.command()
def show() -> None:
    """What time it is in the demo."""
    _show()


@group.command("set")
@click.argument("moment", metavar="ISO")
def set_(moment: str) -> None:
    """Set the demo's time, e.g. 2026-12-01T09:00 (China time unless it says otherwise)."""
    try:
        wanted = dt.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    except ValueError:
        raise click.UsageError(f"{moment!r} is no time such as 2026-12-01T09:00") from None
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=clock.CHINA)
    with db.writing() as s:
        demo.clock_set(s, wanted)
    _show()


@group.command()
@click.argument("span")
def advance(span: str) -> None:
    """Move the demo's time on by 90m, 6h, 3d or 2w."""
    match = re.fullmatch(r"(\d{1,4})([mhdw])", span)
    if not match:
        raise click.UsageError(f"{span!r} is no span such as 90m, 6h, 3d or 2w")
    with db.writing() as s:
        demo.clock_advance(s, dt.timedelta(**{UNITS[match[2]]: int(match[1])}))
    _show()
