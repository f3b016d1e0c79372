"""``flexmeasures db``: migrate the structure of the database."""

from __future__ import annotations

import click

from flexmeasures.cli.program import Program


@click.group()
def db() -> None:
    """Migrate the structure of the database."""


@db.command()
@click.argument("revision", default="head")
@click.pass_obj
def upgrade(program: Program, revision: str) -> None:
    """Bring the structure to the latest version, or to REVISION."""
    program.schema().upgrade(revision)
    click.echo(f"The database is at version {program.schema().current()}.")


@db.command()
@click.argument("revision", default="-1")
@click.pass_obj
def downgrade(program: Program, revision: str) -> None:
    """Bring the structure one version back, or to REVISION. Data of later versions are lost."""
    program.schema().downgrade(revision)
    click.echo(f"The database is at version {program.schema().current() or 'none: it is empty'}.")


@db.command()
@click.argument("revision", default="head")
@click.pass_obj
def stamp(program: Program, revision: str) -> None:
    """Note a version without changing the structure."""
    program.schema().stamp(revision)
    click.echo(f"The database is marked as version {program.schema().current()}.")


@db.command()
@click.pass_obj
def current(program: Program) -> None:
    """Show the version that the database has."""
    schema = program.schema()
    version = schema.current()
    if version is None:
        click.echo("The database is empty. Run: flexmeasures db upgrade")
    else:
        click.echo(f"{version} (latest)" if version in schema.heads() else version)


@db.command()
@click.pass_obj
def heads(program: Program) -> None:
    """Show the latest version."""
    for version in program.schema().heads():
        click.echo(version)


@db.command()
@click.pass_obj
def history(program: Program) -> None:
    """Show all versions, newest first."""
    for line in program.schema().history():
        click.echo(line)


@db.command()
@click.option(
    "-m", "--message", default="Change the tables", show_default=True, help="What the migration does."
)
@click.pass_obj
def migrate(program: Program, message: str) -> None:
    """Write a migration from what differs between the tables in code and those in the database."""
    click.echo(f"Wrote {program.schema().revision(message, compare=True)}")


@db.command()
@click.option("-m", "--message", required=True, help="What the migration does.")
@click.pass_obj
def revision(program: Program, message: str) -> None:
    """Write an empty migration."""
    click.echo(f"Wrote {program.schema().revision(message, compare=False)}")


@db.command("show-model")
@click.pass_obj
def show_model(program: Program) -> None:
    """Show all tables with their columns."""
    for line in program.model():
        click.echo(line)


@db.command()
def init() -> None:
    """Say that migrations are set up already, as the package brings them."""
    click.echo("Nothing to do: the migrations are part of FlexMeasures. Next: flexmeasures db upgrade")
