"""``flexmeasures add beliefs`` and ``add source``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.kinds import DURATION
from flexmeasures.cli.program import Program
from flexmeasures.cli.progress import working
from flexmeasures.cli.reading import Layout, filters_of, read_table
from flexmeasures.domain.errors import ConflictingBelief
from flexmeasures.usecases.accounts import check_timezone
from flexmeasures.usecases.belief_import import Reading, add_beliefs, source_for


class _Options(TypedDict):
    file: Path
    sensor_id: int
    source: str
    unit: str
    horizon: timedelta | None
    cp: float
    resample: bool
    allow_overwrite: bool
    skiprows: int
    na_values: tuple[str, ...]
    keep_default_na: bool
    nrows: int | None
    datecol: int
    valuecol: int
    beliefcol: int | None
    timezone: str
    filter_columns: tuple[int, ...]
    filter_values: tuple[str, ...]
    delimiter: str
    decimal: str
    thousands: str
    sheet: int


COLUMN = click.IntRange(min=0)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sensor", "--sensor-id", "sensor_id", type=int, required=True, help="Id of the sensor.")
@click.option("--source", required=True, help="Id of a source, or a name; one of a new name is made.")
@click.option(
    "--unit", default="", help="Of the values; a minus before it turns their sign.  [default: the sensor's]"
)
@click.option(
    "--horizon", type=DURATION, help="How long before the end of its event each value was recorded."
)
@click.option(
    "--cp", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Cumulative probability."
)
@click.option(
    "--resample/--do-not-resample",
    default=True,
    show_default=True,
    help="Whether values that are longer or finer than the steps of the sensor are brought to them.",
)
@click.option(
    "--allow-overwrite/--do-not-allow-overwrite",
    default=False,
    show_default=True,
    help="Whether a value may take the place of another that was recorded at the same time.",
)
@click.option("--skiprows", type=COLUMN, default=1, show_default=True, help="Rows before the first value.")
@click.option("--na-values", multiple=True, help="Text that stands for no value; repeatable.")
@click.option("--keep-default-na/--no-default-na", default=True, help="Whether texts such as NaN do as well.")
@click.option("--nrows", type=COLUMN, help="How many rows are read.  [default: all]")
@click.option("--datecol", type=COLUMN, default=0, show_default=True, help="Column of starts, from 0.")
@click.option("--valuecol", type=COLUMN, default=1, show_default=True, help="Column of values.")
@click.option("--beliefcol", type=COLUMN, help="Column of the times of recording.")
@click.option("--timezone", default="UTC", show_default=True, help="Of times that state no offset.")
@click.option(
    "--filter-column", "filter_columns", type=COLUMN, multiple=True, help="Column to look at; repeatable."
)
@click.option("--filter-value", "filter_values", multiple=True, help="What it must say; repeatable.")
@click.option("--delimiter", default=",", show_default=True, help="Between columns of CSV.")
@click.option("--decimal", default=".", show_default=True, help="Between a number and its fraction.")
@click.option("--thousands", default="", help="Between groups of digits.")
@click.option(
    "--sheet_number", "--sheet-number", "sheet", type=COLUMN, default=0, help="Sheet of a workbook, from 0."
)
@click.pass_obj
def beliefs(program: Program, **options: Unpack[_Options]) -> None:
    """Add the values in FILE, CSV or an Excel workbook (.xlsx), as beliefs about events of a sensor.

    Without --horizon and --beliefcol, they are recorded now.
    """
    check_timezone(options["timezone"])
    platform = program.platform()
    with working("Reading"):
        table = read_table(options["file"], _layout(options))
    reading = Reading(
        options["unit"], options["horizon"], options["cp"], options["resample"], options["allow_overwrite"]
    )
    try:
        with working("Adding"), platform.transaction():
            sensor = platform.store.assets.sensor(options["sensor_id"])
            source = source_for(options["source"], platform)
            written = add_beliefs(sensor, source, table, reading, platform)
    except ConflictingBelief as error:
        raise click.ClickException(
            f"Failed to create beliefs due to the following error: {error}\n"
            "As a possible workaround, use the --allow-overwrite flag."
        ) from error
    click.echo(f"Successfully created beliefs: {written.new} new, {written.known} known already.")


def _layout(options: _Options) -> Layout:
    usual = Layout().missing if options["keep_default_na"] else frozenset({""})
    return Layout(
        skipped=options["skiprows"],
        rows=options["nrows"],
        dates=options["datecol"],
        values=options["valuecol"],
        beliefs=options["beliefcol"],
        filters=tuple(filters_of(options["filter_columns"], options["filter_values"]).items()),
        missing=usual | frozenset(options["na_values"]),
        delimiter=options["delimiter"],
        decimal=options["decimal"],
        thousands=options["thousands"],
        zone=options["timezone"],
        sheet=options["sheet"],
    )


@click.command()
@click.option("--name", required=True, help="As people know it.")
@click.option(
    "--type", "source_type", required=True, help="Such as forecaster, scheduler, reporter or script."
)
@click.option("--model", help="What it computes with.")
@click.option("--version", help="Of the model.")
@click.pass_obj
def source(program: Program, name: str, source_type: str, model: str | None, version: str | None) -> None:
    """Make a data source."""
    platform = program.platform()
    with platform.transaction():
        made = platform.store.sources.of_model(name, source_type, model, version)
    click.echo(f"Successfully created source {made.name} with ID:{made.id}")
