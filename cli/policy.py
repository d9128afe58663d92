"""`wengang policy`: what stands under policy/."""

import click

from core import policy_checks, subsidy_files


@click.group("policy")
def group() -> None:
    """Knowledge kept as data."""


@group.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Check all of policy/: a line for each problem, exit 1 if there is one."""
    found = policy_checks.problems()
    for file, what in found:
        click.echo(f"{file}: {what}")
    if found:
        ctx.exit(1)
    click.echo(f"policy: {len(subsidy_files.files())} instruments and all tables are in order")
