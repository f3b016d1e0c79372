"""``flexmeasures db-ops``: copies of all data, and a fresh start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.names import Group
from flexmeasures.cli.program import Program
from flexmeasures.cli.progress import counted, working
from flexmeasures.domain.errors import BackupFailure
from flexmeasures.usecases.ports.backups import Part


@click.group("db-ops", cls=Group)
def db_ops() -> None:
    """Back up, bring back and reset all data."""


@db_ops.command()
@click.option("--force/--no-force", default=False, help="Whether to skip the question.")
@click.pass_obj
def reset(program: Program, *, force: bool) -> None:
    """Reset the database: all data are lost, and the tables are made anew."""
    question = f"This deletes all data and re-creates the tables on {program.place()}.\n"
    if not force and not click.confirm(f"{question}Do you want to continue?"):
        click.echo("I did nothing.")
        return
    schema = program.schema()
    with working("Making tables anew"):
        schema.downgrade("base")
        schema.upgrade()
    click.echo(f"The database is empty, at version {schema.current()}.")


@db_ops.command()
@click.pass_obj
def dump(program: Program) -> None:
    """Dump all data (not the tables themselves) into a file in the working directory, by pg_dump."""
    click.echo(f"Backing up {program.place()} database")
    try:
        with working("Dumping"):
            file = program.backups().dump(Path.cwd())
    except BackupFailure as error:
        click.echo(f"Exception happened during dump: {error}", err=True)
        raise click.ClickException("db dump unsuccessful") from error
    click.echo(f"db dump successful: saved to {file.name}")


@db_ops.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def restore(program: Program, file: Path) -> None:
    """Restore the data in FILE, which db-ops dump has made, into empty tables (see db-ops reset)."""
    click.echo(f"Restoring {program.place()} database from file {file}")
    try:
        with working("Restoring"):
            program.backups().restore(file)
    except BackupFailure as error:
        click.echo(f"Exception happened during restore: {error}", err=True)
        raise click.ClickException(
            "db restore unsuccessful. Nothing was changed. Tables have to be empty: flexmeasures db-ops reset"
        ) from error
    click.echo("db restore successful")


class _Choice(TypedDict):
    name: str | None
    folder: Path | None
    structure: bool
    data: bool


def _with_choice(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("--name", help="Unique name of the backup."),
        click.option(
            "--dir",
            "folder",
            type=click.Path(file_okay=False, path_type=Path),
            help="Folder of backups.  [default: FLEXMEASURES_DB_BACKUP_PATH]",
        ),
        click.option(
            "--structure/--no-structure",
            default=True,
            show_default=True,
            help="Whether users, assets, sensors and their like are meant.",
        ),
        click.option(
            "--data/--no-data",
            default=False,
            show_default=True,
            help="Whether beliefs, events and annotations are meant.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@db_ops.command()
@_with_choice
@click.pass_obj
def save(program: Program, **choice: Unpack[_Choice]) -> None:
    """Backup db content to files, in a folder of its own."""
    name = _named(choice, "You must specify a unique name for the backup: --name <unique name>")
    folder, parts, backups = _folder(program, choice, name), _parts(choice), program.backups()
    for table in counted(backups.save(folder, parts), len(backups.tables(parts)), "Saving"):
        click.echo(f"Successfully saved {name}/{table}.")


@db_ops.command()
@_with_choice
@click.pass_obj
def load(program: Program, **choice: Unpack[_Choice]) -> None:
    """Load backed-up contents (see db-ops save); run db-ops reset first for exactly these contents."""
    name = _named(choice, "You must specify the name of the backup: --name <unique name>")
    folder, parts, backups = _folder(program, choice, name), _parts(choice), program.backups()
    for table in counted(backups.load(folder, parts), len(backups.tables(parts)), "Loading"):
        click.echo(f"Successfully loaded {name}/{table}.")
    for table in backups.missing(folder, parts):
        click.echo(f"Can't load table, because filename {table} does not exist.", err=True)


def _named(choice: _Choice, advice: str) -> str:
    name = choice["name"]
    if not name:
        raise click.ClickException(advice)
    if Path(name).name != name or name in {".", ".."}:
        raise click.ClickException(f"'{name}' cannot be the name of a folder.")
    return name


def _folder(program: Program, choice: _Choice, name: str) -> Path:
    return (choice["folder"] or Path(program.settings.FLEXMEASURES_DB_BACKUP_PATH)).absolute() / name


def _parts(choice: _Choice) -> list[Part]:
    wanted = {Part.STRUCTURE: choice["structure"], Part.DATA: choice["data"]}
    return [part for part, is_wanted in wanted.items() if is_wanted]
