"""All settings together, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from pydantic import ConfigDict, Field

from flexmeasures.settings.operation import Basics, Database, Jobs, Mail, Redis, Security
from flexmeasures.settings.product import (
    Behaviour,
    Demonstration,
    Interface,
    Sunsets,
    Timing,
    Tokens,
    Weather,
)
from flexmeasures.usecases.ports.platform import Rules, Sunset

REDIS_SETTINGS = frozenset(Redis.model_fields)
MODE_DEMO = "demo"
MODE_PLAY = "play"

OTHER_SOLVERS = frozenset({"cbc", "glpk", "gurobi", "cplex"})
"""Solvers of linear programmes that may be installed beside the platform."""


class Settings(
    Demonstration,
    Jobs,
    Redis,
    Mail,
    Security,
    Database,
    Weather,
    Tokens,
    Sunsets,
    Timing,
    Interface,
    Behaviour,
    Basics,
):
    """Every setting under its documented name.

    Attributes:
        others: Settings of the libraries below, such as ``SECURITY_RECOVERABLE``, as they were given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    others: Mapping[str, object] = Field(MappingProxyType({}), repr=False)

    @property
    def instance(self) -> Path:
        """The instance folder."""
        return Path(self.FLEXMEASURES_INSTANCE_PATH).expanduser().absolute()

    @property
    def in_production(self) -> bool:
        """Whether visitors must come by HTTPS and secrets must be given."""
        return self.FLEXMEASURES_ENV in {"production", "staging"}

    @property
    def redirects_to_https(self) -> bool:
        """Whether visitors who come by HTTP are sent to HTTPS."""
        return self.FLEXMEASURES_ENV == "production" or self.FLEXMEASURES_FORCE_HTTPS

    @property
    def solver(self) -> str:
        """Name of the solver of linear programmes: ``highs``, or one of the others that are known."""
        asked = self.FLEXMEASURES_LP_SOLVER.lower()
        return asked if asked in OTHER_SOLVERS else "highs"

    @property
    def database_uri(self) -> str | None:
        """Address of the database as SQLAlchemy reads it; None for the embedded one."""
        uri = self.SQLALCHEMY_DATABASE_URI
        if uri is None:
            return None
        return f"postgresql+psycopg://{uri.split('://', 1)[1]}"

    @property
    def redis_uri(self) -> str | None:
        """Address of Redis; None for the embedded one."""
        if not REDIS_SETTINGS & self.model_fields_set:
            return None
        if "://" in self.FLEXMEASURES_REDIS_URL:
            return self.FLEXMEASURES_REDIS_URL
        password = self.FLEXMEASURES_REDIS_PASSWORD
        login = f":{quote(password, safe='')}@" if password else ""
        server = f"{self.FLEXMEASURES_REDIS_URL}:{self.FLEXMEASURES_REDIS_PORT}"
        return f"redis://{login}{server}/{self.FLEXMEASURES_REDIS_DB_NR}"

    @property
    def plugin_modules(self) -> list[str]:
        """Names of the modules of plug-ins."""
        given = self.FLEXMEASURES_PLUGINS
        names = given.split(",") if isinstance(given, str) else given
        return [name.strip() for name in names if name.strip()]

    @property
    def rules(self) -> Rules:
        """What use cases depend on."""
        return Rules(
            mode=self.FLEXMEASURES_MODE,
            timezone=self.FLEXMEASURES_TIMEZONE,
            planning_horizon=self.FLEXMEASURES_PLANNING_HORIZON,
            planning_ttl=self.FLEXMEASURES_PLANNING_TTL,
            allow_overwrite=self.FLEXMEASURES_ALLOW_DATA_OVERWRITE or self.FLEXMEASURES_MODE == MODE_PLAY,
            answer_wait=self.FLEXMEASURES_ANSWER_WAIT,
            longest_plan=self.FLEXMEASURES_MAX_PLANNING_HORIZON,
            same_order_for=self.FLEXMEASURES_JOB_CACHE_TTL,
            sunset=Sunset(
                self.FLEXMEASURES_API_SUNSET_ACTIVE,
                self.FLEXMEASURES_API_SUNSET_DATE,
                self.FLEXMEASURES_API_SUNSET_LINK,
            ),
        )

    def for_flask(self) -> dict[str, object]:
        """Return all settings as Flask and its extensions read them."""
        known = {name: getattr(self, name) for name in type(self).model_fields if name.isupper()}
        known["SECURITY_PASSWORD_SALT"] = self.SECURITY_PASSWORD_SALT or self.SECRET_KEY
        known["PREFERRED_URL_SCHEME"] = "https" if self.redirects_to_https else "http"
        known["SESSION_COOKIE_SECURE"] = self.redirects_to_https
        return known | dict(self.others)
