"""`wengang user`: who may log in to the desk."""

import click

from core import audit, db, users

PASSWORD = click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for if absent."
)


@click.group("user")
def group() -> None:
    """Log-ins of the desk."""


@group.command()
@click.argument("login")
@click.option("--name", required=True)
@click.option("--name-en", default="")
@click.option("--role", type=click.Choice(users.ROLES), default="caseworker", show_default=True)
@click.option("--area", default="", metavar="CODE", help="The beginning of the county codes that they see.")
@click.option("--phone", default=None, help="What workers are told to call.")
@PASSWORD
def add(login: str, name: str, name_en: str, role: str, area: str, phone: str | None, password: str) -> None:
    """Add a log-in."""
    with db.writing() as s:
        user = users.add(s, login, password, name, name_en or name, role, area, users.office_of_area(s, area), phone)
        audit.record(s, "operator", "user_added", "user", user.id, {"login": user.login, "role": role, "area": area})
    click.echo(f"{user.login}: {role}, area {area or 'all'}")


@group.command()
@click.argument("login")
@PASSWORD
def passwd(login: str, password: str) -> None:
    """Set a new password; open sessions of that log-in end."""
    with db.writing() as s:
        user = users.change_password(s, login, password)
        audit.record(s, "operator", "password_changed", "user", user.id)
    click.echo(f"{user.login}: password changed")


@group.command("list")
def list_() -> None:
    """Who may log in."""
    with db.reading() as s:
        for user in users.listed(s):
            state = "" if user.active else "  (switched off)"
            click.echo(f"{user.login:<14} {user.role:<17} {user.area_code or 'all':<8} {user.name}{state}")
