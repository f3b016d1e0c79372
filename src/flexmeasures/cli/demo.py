"""``flexmeasures demo``: load a portfolio of real data, forecast and schedule it, and serve it."""

from __future__ import annotations

import click

from flexmeasures.cli.demo_instance import demo_settings, prepare_instance
from flexmeasures.cli.demo_story import Showing
from flexmeasures.cli.program import Program, Serving
from flexmeasures.cli.steps import Steps
from flexmeasures.domain.errors import InvalidInstance
from flexmeasures.usecases.demo.founding import Portfolio, found, is_foreign
from flexmeasures.usecases.demo.history import catch_up
from flexmeasures.usecases.demo.opening import (
    count,
    forecast,
    forget_if_ahead,
    renew_forecasts,
    without_forecasts,
)
from flexmeasures.usecases.demo.past import live
from flexmeasures.usecases.demo.simulation import Script

HOST = "127.0.0.1"
METER = "demo-meter"

port_option = click.option(
    "--port",
    default=5000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen at; 0 for any that is free.",
)


@click.command()
@port_option
@click.pass_obj
def demo(program: Program, port: int) -> None:
    """Load a portfolio of real data, forecast and schedule it, and serve it on this machine.

    The platform's clock runs in FLEXMEASURES_DEMO_YEAR, and a simulated meter posts what becomes known
    meanwhile. Everything is kept in the instance folder; starting again goes on where it stopped.
    """
    steps = Steps()
    with steps.step("Instance", "Looking for a folder to keep everything in") as say:
        say(prepare_instance(program.instance()))
        year, password = demo_settings(program.settings)
        program.check_port(HOST, port)
    with steps.step("Servers", "Starting PostgreSQL and Redis") as say:
        say(f"PostgreSQL and Redis run: {program.place()}")
    with steps.step("Database", "Making its tables") as say:
        program.schema().upgrade()
        say(f"Tables are at version {program.schema().current()}")
    portfolio = _found(program, steps, password)
    _tell_history(program, steps, portfolio, year)
    _forecast(program, steps, portfolio)
    showing = Showing(program, steps, portfolio, password)
    with showing:
        program.serve(Serving(HOST, port, companions=(METER,)), showing.announce)
    click.echo("Stopped. Start it again with: flexmeasures demo")


@click.command()
@port_option
@click.pass_obj
def demo_meter(program: Program, port: int) -> None:
    """Post what the meters and devices of a demonstration would, until somebody stops it."""
    year, password = demo_settings(program.settings)
    platform = program.platform()
    with platform.transaction():
        portfolio = found(password, program.hashed, platform)
    program.simulate(Script(portfolio, program.recordings(), year, password), port)


def _found(program: Program, steps: Steps, password: str) -> Portfolio:
    """Make accounts, users and assets."""
    platform = program.platform()
    with steps.step("Portfolio", "Adding accounts, users, assets and sensors") as say, platform.transaction():
        if is_foreign(platform):
            raise InvalidInstance(
                f"The database {program.place()} has users that are not of the demonstration. Run it on an "
                "instance of its own: FLEXMEASURES_INSTANCE_PATH=~/flexmeasures-demo flexmeasures demo"
            )
        portfolio = found(password, program.hashed, platform)
        say(f"{len(portfolio.assets)} assets of {len(portfolio.users)} users")
    return portfolio


def _tell_history(program: Program, steps: Steps, portfolio: Portfolio, year: int) -> None:
    """Load recordings up to now, and let the simulated devices live through the last days."""
    platform, archive = program.platform(), program.recordings()
    with steps.step("History", "Loading a year of measurements, weather and prices") as say:
        with platform.transaction():
            anew = (
                "The clock went back, so all is told anew. " if forget_if_ahead(portfolio, platform) else ""
            )
        with platform.transaction():
            before = count(portfolio, platform)
            schedules = live(portfolio, archive, year, platform)
            catch_up(portfolio.stories, archive, year, platform)
            new = count(portfolio, platform) - before
        lived = f", with {schedules} schedules that battery and charger followed" if schedules else ""
        say(f"{anew}{new:,} new values, up to {platform.now():%d %B %Y %H:%M} UTC{lived}")


def _forecast(program: Program, steps: Steps, portfolio: Portfolio) -> None:
    """Forecast what nothing is known of yet; leave the renewal of forecasts to the workers."""
    platform, values = program.platform(), 0
    with steps.step("Forecasts", "Looking for what is not forecast yet") as say:
        with platform.transaction():
            sensors = without_forecasts(portfolio, platform)
        for number, sensor in enumerate(sensors, 1):
            say(f"Forecasting {number} of {len(sensors)} series")
            with platform.transaction():
                values += forecast(sensor, platform)
        if len(sensors) < len(portfolio.forecast_sensors()):
            with platform.transaction():
                renewed = renew_forecasts(portfolio, platform)
            say(f"{values} values; {renewed} forecasts are being renewed by the workers")
        else:
            say(f"{values:,} values of {len(sensors)} series, two days ahead")
