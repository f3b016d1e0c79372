"""``flexmeasures add annotation`` and ``add holidays``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.kinds import MOMENT
from flexmeasures.cli.program import Program
from flexmeasures.domain.annotations import Subjects
from flexmeasures.usecases.accounts import check_timezone
from flexmeasures.usecases.annotating import Note, annotate, annotate_holidays, check_subjects


class _Options(TypedDict):
    content: str
    at: datetime
    until: datetime | None
    account_ids: tuple[int, ...]
    asset_ids: tuple[int, ...]
    sensor_ids: tuple[int, ...]
    user_id: int


@click.command()
@click.option("--content", required=True, help="What it says.")
@click.option("--at", type=MOMENT, required=True, help="Start of the period, with its offset.")
@click.option("--until", type=MOMENT, help="End of the period.  [default: a day later]")
@click.option("--account", "--account-id", "account_ids", type=int, multiple=True, help="About this account.")
@click.option(
    "--asset", "--asset-id", "asset_ids", type=int, multiple=True, help="About this asset; repeatable."
)
@click.option("--sensor", "--sensor-id", "sensor_ids", type=int, multiple=True, help="About this sensor.")
@click.option("--user", "--user-id", "user_id", type=int, required=True, help="Id of who says so.")
@click.pass_obj
def annotation(program: Program, **options: Unpack[_Options]) -> None:
    """Note something on a period, about accounts, assets or sensors."""
    platform, start = program.platform(), options["at"]
    note = Note(options["content"], start, options["until"] or start + timedelta(days=1))
    subjects = Subjects(options["account_ids"], options["asset_ids"], options["sensor_ids"])
    with platform.transaction():
        annotate(options["user_id"], note, subjects, platform)
    click.echo("Successfully added annotation.")


class _Holidays(TypedDict):
    year: int
    countries: tuple[str, ...]
    subdivision: str | None
    category: str | None
    asset_ids: tuple[int, ...]
    account_ids: tuple[int, ...]
    timezone: str | None


@click.command()
@click.option("--year", type=click.IntRange(1900, 2200), required=True, help="Of the holidays.")
@click.option(
    "--country", "countries", multiple=True, required=True, help="ISO code, such as NL; repeatable."
)
@click.option("--subdiv", "subdivision", help="Part of the country, as its ISO code without the country.")
@click.option("--category", help="Such as bank or school.  [default: public]")
@click.option(
    "--asset", "--asset-id", "asset_ids", type=int, multiple=True, help="For this asset; repeatable."
)
@click.option("--account", "--account-id", "account_ids", type=int, multiple=True, help="For this account.")
@click.option("--timezone", help="In whose time days begin.  [default: that of the platform]")
@click.pass_obj
def holidays(program: Program, **options: Unpack[_Holidays]) -> None:
    """Note the public holidays of countries, for accounts or assets. Doing it again changes nothing."""
    platform = program.platform()
    zone = options["timezone"] or platform.rules.timezone
    check_timezone(zone)
    subjects = Subjects(options["account_ids"], options["asset_ids"])
    known = {country: _holidays(country, options) for country in options["countries"]}
    with platform.transaction():
        check_subjects(subjects, platform)
        for country, days in known.items():
            annotate_holidays(days, country, zone, subjects, platform)
    accounts, assets = len(subjects.accounts), len(subjects.assets)
    click.echo(f"Successfully added holidays to {accounts} account(s) and {assets} asset(s):")
    for country, days in known.items():
        click.echo(f"{country}: {len(days)}")


def _holidays(country: str, options: _Holidays) -> Mapping[date, str]:
    """Return the holidays of a country; what knows them is imported only now."""
    calendars = import_module("flexmeasures.cli.holiday_calendar")
    calendar = calendars.Calendar(country, options["subdivision"], options["category"])
    days: Mapping[date, str] = calendars.holidays_of(calendar, options["year"])
    return days
