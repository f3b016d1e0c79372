"""Settings of what the platform does: modes, scheduling, times and pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from flexmeasures.settings.values import Choice, Duration, Timezone


class Behaviour(BaseModel):
    """What the platform does with what it is told."""

    FLEXMEASURES_MODE: str = Field("", description="Turns on extra behaviour: demo or play.")
    FLEXMEASURES_LP_SOLVER: str = Field(
        "highs",
        description="Solver of scheduling problems: HiGHS, which comes with the platform; or cbc, glpk, "
        "gurobi or cplex, if their command is on the path. Any other name is reported, and HiGHS used.",
    )
    FLEXMEASURES_HOSTS_AND_AUTH_START: dict[str, str] = Field(
        {"flexmeasures.io": "2021-01"},
        description="Domain on which the platform runs, with the first month in which it belonged to its "
        "owner: both are part of entity addresses.",
    )
    FLEXMEASURES_ALLOW_DATA_OVERWRITE: bool = Field(
        False, description="Whether data may be replaced that were recorded at the same time."
    )
    FLEXMEASURES_PLUGINS: str | list[str] = Field(
        [],
        description="Plug-ins by the names of their modules, beside those that are installed as such: "
        "a list, or a text with commas.",
    )


class Timing(BaseModel):
    """Times."""

    FLEXMEASURES_TIMEZONE: Timezone = Field(
        "Asia/Seoul", description="Timezone in which the platform operates, by its IANA name."
    )
    FLEXMEASURES_PLANNING_TTL: Duration = Field(
        timedelta(days=7),
        description="For how long the id of a UDI event can be asked about; negative for ever.",
    )
    FLEXMEASURES_PLANNING_HORIZON: Annotated[Duration, Field(gt=timedelta(0))] = Field(
        timedelta(days=2), description="How far schedules look ahead."
    )
    FLEXMEASURES_MAX_PLANNING_HORIZON: Annotated[int, Field(gt=0)] | Duration | None = Field(
        2520,
        description="How far one schedule may look ahead at most: a number of steps, or a duration; no limit "
        "where it is empty.",
    )
    FLEXMEASURES_JOB_CACHE_TTL: Annotated[Duration, Field(ge=timedelta(0))] = Field(
        timedelta(hours=1),
        description="For how long an order for a schedule that equals an earlier one gets its job.",
    )
    FLEXMEASURES_ANSWER_WAIT: Annotated[Duration, Field(ge=timedelta(0), le=timedelta(seconds=20))] = Field(
        timedelta(seconds=3),
        description="For how long an answer about a job that is being done may wait for its end.",
    )


class Sunsets(BaseModel):
    """What is told to clients of services that have successors."""

    FLEXMEASURES_API_SUNSET_ACTIVE: bool = Field(
        False,
        description="Whether a schedule that is not there yet is answered with status 202, as newer clients "
        "expect, rather than with 400.",
    )
    FLEXMEASURES_API_SUNSET_DATE: date | None = Field(
        None, description="When services that have successors end, as their answers say."
    )
    FLEXMEASURES_API_SUNSET_LINK: str | None = Field(
        None, description="Where their end is explained, as their answers say."
    )


class Interface(BaseModel):
    """What people see."""

    FLEXMEASURES_PLATFORM_NAME: str = Field("FlexMeasures", description="Name in headings.")
    FLEXMEASURES_HIDE_NAN_IN_UI: bool = Field(
        False, description="Whether to leave out the word nan where a metric has no value."
    )
    RQ_DASHBOARD_POLL_INTERVAL: Annotated[int, Field(gt=0)] = Field(
        3000, description="How often the page of jobs refreshes itself. [ms]"
    )

    FLEXMEASURES_ROOT_VIEW: str | list[Choice] = Field(
        [],
        description="First page: the name of a view, or a list of which the first one counts that applies. "
        "An entry is a name, or a pair of a name and the account roles that it is for. dashboard by default.",
    )
    FLEXMEASURES_MENU_LISTED_VIEWS: list[Choice] = Field(
        [],
        description="Views in the menu, in this order: dashboard, portfolio, control, analytics, assets, "
        "users, upload and tasks. An entry is a name, or a pair of a name and the account roles that it is "
        "for. All by default; nobody sees one that they may not open.",
    )
    FLEXMEASURES_MENU_LISTED_VIEW_TITLES: dict[str, str] = Field(
        {}, description="Titles of views in the menu, by name, where they differ."
    )
    FLEXMEASURES_MENU_LISTED_VIEW_ICONS: dict[str, str] = Field(
        {}, description="Signs of views in the menu, by name, where they differ: the name of another view."
    )
    FLEXMEASURES_SHOW_CONTROL_UI: bool = Field(
        False, description="Whether to show the page of flexibility opportunities."
    )


class Tokens(BaseModel):
    """Keys to services of others."""

    DARK_SKY_API_KEY: str | None = Field(
        None,
        repr=False,
        description="Key to a weather service that answers as DarkSky did, which has ended; "
        "one of Pirate Weather by default.",
    )
    OPENWEATHERMAP_API_KEY: str | None = Field(
        None, repr=False, description="Key to the weather service OpenWeatherMap."
    )
    MAPBOX_ACCESS_TOKEN: str | None = Field(
        None,
        repr=False,
        description="Token of Mapbox: its tiles lie under maps then. The platform has a map of its own.",
    )


class Weather(BaseModel):
    """Where weather forecasts come from."""

    FLEXMEASURES_WEATHER_PROVIDER: Literal["open-meteo", "openweathermap", "dark-sky"] = Field(
        "open-meteo",
        description="Weather service that is asked: Open-Meteo wants no key, OpenWeatherMap wants "
        "OPENWEATHERMAP_API_KEY, and a service such as Pirate Weather wants DARK_SKY_API_KEY.",
    )
    FLEXMEASURES_WEATHER_URL: Annotated[str, Field(pattern=r"^https?://[^/\s]+")] | None = Field(
        None, description="Where the weather service is, if not at the usual address of the provider."
    )


class Demonstration(BaseModel):
    """Showing the platform to visitors."""

    FLEXMEASURES_PUBLIC_DEMO_CREDENTIALS: tuple[str, str] | None = Field(
        None,
        repr=False,
        description="Email address and password with which anyone may log in, in mode demo.",
    )
    FLEXMEASURES_DEMO_YEAR: Annotated[int, Field(ge=1970, le=2200)] | None = Field(
        None, description="Year in which the platform's clock runs, in mode demo."
    )
