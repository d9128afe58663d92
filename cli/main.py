"""`wengang`: the one command of an installation. Exit 0 done, 1 refused with a reason, 2 wrong usage."""

import importlib
import sys

import click
import pydantic

from core.errors import Invalid, NotAllowed, NotFound

VERBS = {
    "start": "cli.start:start",
    "train": "cli.training:train",
    "chat": "cli.chat:chat",
    "doctor": "cli.doctor:doctor",
    "migrate": "cli.data:migrate",
    "data": "cli.data:group",
    "import": "cli.imports:group",
    "export": "cli.reports:export",
    "report": "cli.reports:report",
    "policy": "cli.policy:group",
    "checkins": "cli.checkins:group",
    "user": "cli.users:group",
    "clock": "cli.clock:group",
    "demo": "cli.demo:group",
}


class Verbs(click.Group):
    """Loads a verb only when it is used, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        module, attribute = VERBS[name].split(":")
        return getattr(importlib.import_module(module), attribute)


@click.group(cls=Verbs)
def wengang() -> None:
    """Wengang: finds work for people lifted out of poverty and helps them keep it."""


def main() -> None:
    try:
        wengang()
    except pydantic.ValidationError as error:
        for problem in error.errors():
            click.echo(f"Setting {str(problem['loc'][0]).upper()}: {problem['msg']}", err=True)
        sys.exit(1)
    except (Invalid, NotAllowed, NotFound) as error:
        click.echo(f"Refused: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
