"""`wengang migrate` and `wengang data`: the database as a whole, and one person's data."""

import json
from pathlib import Path

import click

from core import db, migrations, privacy
from core.models import Worker


@click.command()
def migrate() -> None:
    """Bring the database to the newest migration."""
    migrations.upgrade()
    click.echo("The database is up to date.")


@click.group("data")
def group() -> None:
    """One person's data: a copy, or its deletion."""


@group.command("export")
@click.option("--worker", "worker_id", type=int, required=True, metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), help="A file instead of the terminal.")
def export(worker_id: int, out: Path | None) -> None:
    """All that is on record about a worker, as JSON."""
    with db.reading() as s:
        worker = s.get(Worker, worker_id)
        if worker is None:
            raise click.ClickException(f"there is no worker {worker_id}")
        text = json.dumps(privacy.export(s, worker), ensure_ascii=False, indent=1, default=str)
    if out:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Written to {out}")
    else:
        click.echo(text)


@group.command("delete")
@click.option("--worker", "worker_id", type=int, required=True, metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(worker_id: int, yes: bool) -> None:
    """Delete a worker's personal data; what the law says must stay is kept without the name."""
    if not yes:  # asked outside: everybody else waits for a write transaction to end
        click.confirm(f"Delete the data of worker {worker_id}? This cannot be undone", abort=True)
    with db.writing() as s:
        worker = s.get(Worker, worker_id)
        if worker is None:
            raise click.ClickException(f"there is no worker {worker_id}")
        for what, count in privacy.delete(s, worker, by="wengang data delete").items():
            click.echo(f"  {what}: {count}")
