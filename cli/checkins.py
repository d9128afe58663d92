"""`wengang checkins`: what is due, why each does not go, and sending what does."""

import collections

import click

from core import checkins, clock, db


@click.group("checkins")
def group() -> None:
    """Questions after the start of a job: which are due, and why a question does not go."""


def _list() -> list[checkins.Listed]:
    with db.reading() as s:
        listed = checkins.due_list(s, clock.due_now())
    for row in listed:
        told = f"does not go: {row.reason}" if row.reason else "goes"
        click.echo(f"{clock.local(row.due_at):%Y-%m-%d %H:%M}  worker {row.worker_id}  {row.step}  {told}")
    return listed


@group.command("dry-run")
def dry_run() -> None:
    """List what is due now (China time) with the reason why it does not go; nothing is sent or changed."""
    listed = _list()
    reasons = collections.Counter(row.reason for row in listed if row.reason)
    click.echo(f"{len(listed)} due, {len(listed) - sum(reasons.values())} would go")
    for reason, count in reasons.most_common():
        click.echo(f"  {count} x {reason}")


@group.command()
def due() -> None:
    """Send what is due now, as the scheduler does every minute: doing it twice asks nobody twice."""
    with db.writing() as s:
        sent = checkins.send_due(s, clock.due_now())
    click.echo(f"{sent} sent")
