"""``flexmeasures add external-weather-forecasts``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.program import Program
from flexmeasures.cli.progress import each
from flexmeasures.cli.tasks import task_with_status_report
from flexmeasures.domain.cells import Method, Region, centres
from flexmeasures.domain.errors import FlexMeasuresError, InvalidInstance
from flexmeasures.domain.places import Place
from flexmeasures.usecases.ports.weather import WeatherReport
from flexmeasures.usecases.registering.checks import check_place
from flexmeasures.usecases.weather_import import TASK, Taken, take_in

FOLDER = "weather-forecasts"
MOST_CELLS = 1000


class Corners(click.ParamType[tuple[Place, ...]]):
    """One place, or two corners of a region."""

    name = "lat,lng"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Place, ...]:
        """Read one place or two."""
        if isinstance(value, tuple):
            return value
        texts = str(value).split(":")
        if len(texts) > 2:
            self.fail(f"'{value}' has more than two corners.", param, ctx)
        return tuple(self._place(text, param, ctx) for text in texts)

    def _place(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        try:
            latitude, longitude = map(float, text.split(","))
            place = Place(latitude, longitude)
            check_place(place)
        except ValueError:
            self.fail(f"'{text}' is no latitude and longitude, such as 33.4366,126.5269.", param, ctx)
        except FlexMeasuresError as error:
            self.fail(str(error), param, ctx)
        return place


class _Options(TypedDict):
    region: str | None
    location: tuple[Place, ...]
    num_cells: int
    method: str
    store_in_db: bool


@click.command("external-weather-forecasts")
@click.option("--region", help="Name of the region: JSON files come into a folder of this name.")
@click.option(
    "--location",
    type=Corners(),
    required=True,
    help='Where: "latitude,longitude" of a place, or of the top left and the bottom right corner of a '
    'region, "lat1,lng1:lat2,lng2", which is covered by a grid.',
)
@click.option(
    "--num_cells",
    "--num-cells",
    "num_cells",
    type=click.IntRange(1, MOST_CELLS),
    default=1,
    show_default=True,
    help="Number of cells of the grid, at least.",
)
@click.option(
    "--method",
    type=click.Choice(["hex", "square"]),
    default="hex",
    show_default=True,
    help="How the cells of the grid lie.",
)
@click.option(
    "--store-in-db/--store-as-json-files",
    "store_in_db",
    default=False,
    help="Keep values at weather sensors, which are made where they are missing; or keep the answers of the "
    "service as files in the instance folder.  [default: store-as-json-files]",
)
@click.pass_obj
@task_with_status_report(TASK)
def external_weather_forecasts(program: Program, **options: Unpack[_Options]) -> None:
    """Collect weather forecasts, and the weather of the past hours, from an external service.

    FLEXMEASURES_WEATHER_PROVIDER says from which. Run this about once per hour; each run is reported as the
    task external-weather-forecasts.
    """
    service = program.weather()
    places = _places(options)
    click.echo(f"Asking {service.name} about the weather at {len(places)} location(s) ...")
    reports = [service.report(place) for place in each(places, "Asking")]
    if options["store_in_db"]:
        _store(program, reports, service.name)
    else:
        _write(program.instance() / FOLDER / _folder_name(options["region"]), reports)


def _places(options: _Options) -> list[Place]:
    """Return where the weather is asked for."""
    first, *rest = options["location"]
    if not rest:
        return [first]
    north = max(first.latitude, rest[0].latitude)
    south = min(first.latitude, rest[0].latitude)
    region = Region(Place(north, first.longitude), Place(south, rest[0].longitude))
    return centres(region, options["num_cells"], Method(options["method"]))


def _store(program: Program, reports: Sequence[WeatherReport], service: str) -> None:
    platform = program.platform()
    with platform.transaction():
        taken = take_in(reports, service, platform)
    for one in taken:
        _tell(one)
    new = sum(one.recorded for one in taken)
    click.echo(f"Recorded {new} new value(s) of {service} at {len(taken)} weather sensor(s).")


def _tell(one: Taken) -> None:
    sensor = one.sensor.sensor
    if one.is_new:
        click.echo(f"Successfully created sensor with ID:{sensor.id}.")
    click.echo(
        f"{sensor.quantity}: {one.observed} observation(s) and {one.forecast} forecast(s) for sensor "
        f"{sensor.id} ({sensor.name}), {one.far:.1f} km away."
    )


def _folder_name(region: str | None) -> str:
    """Return the name of a folder within the folder of weather forecasts.

    Raises:
        click.ClickException: a region has no such name.
    """
    if region is None:
        return ""
    if Path(region).name != region or region in {"", ".", ".."}:
        raise click.ClickException(f"'{region}' cannot be the name of a folder.")
    return region


def _write(folder: Path, reports: Sequence[WeatherReport]) -> None:
    """Keep answers as they came, in a folder of their time.

    Raises:
        InvalidInstance: they cannot be written.
    """
    here = folder / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}"
    try:
        here.mkdir(parents=True, exist_ok=True)
        for report in reports:
            name = f"forecast_lat_{report.place.latitude:.4f}_lng_{report.place.longitude:.4f}.json"
            (here / name).write_text(report.answer, encoding="utf-8")
    except OSError as error:
        raise InvalidInstance(f"Weather forecasts cannot be written into {here}: {error}") from error
    click.echo(f"Wrote {len(reports)} file(s) into {here}")
