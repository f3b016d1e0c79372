"""What every page shows around its content: name, menu, banner, and words for templates."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, request
from flask_wtf.csrf import generate_csrf

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset
from flexmeasures.settings.schema import MODE_DEMO, MODE_PLAY, Settings
from flexmeasures.ui import words
from flexmeasures.ui.bundle import entry
from flexmeasures.ui.columns import sensor_title
from flexmeasures.ui.gate import person
from flexmeasures.ui.help import help_for
from flexmeasures.ui.job_words import job_arguments, job_window
from flexmeasures.ui.kinds import kind_of
from flexmeasures.ui.menu import IN_SIGHT, MenuItem, may_see_tasks, menu
from flexmeasures.ui.roles import may_edit
from flexmeasures.ui.states import state_text
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.headers import MAPBOX

TILES = "/styles/v1/mapbox/light-v11/tiles/256/{z}/{x}/{y}"
"""Of Mapbox."""

FILTERS = (
    words.power,
    words.energy,
    words.figure,
    words.doing,
    words.doing_word,
    words.figure_of,
    words.moment,
    words.near_moment,
    words.iso,
    words.zone_label,
    words.ago,
    words.resolution,
    words.epoch,
    words.plural,
    words.titled,
    kind_of,
    sensor_title,
    state_text,
    job_window,
    job_arguments,
)


@dataclass(frozen=True, slots=True)
class Face:
    """What is the same on all pages.

    Attributes:
        platform: Its clock and its rules.
        settings: Names, modes and intervals.
    """

    platform: Platform
    settings: Settings

    @property
    def name(self) -> str:
        """Name of the platform."""
        return self.settings.FLEXMEASURES_PLATFORM_NAME

    @property
    def zone(self) -> str:
        """In which the platform operates."""
        return self.platform.rules.timezone

    @property
    def in_demo(self) -> bool:
        """Whether the platform is shown to visitors."""
        return self.settings.FLEXMEASURES_MODE == MODE_DEMO

    @property
    def demo_login(self) -> tuple[str, str] | None:
        """Email address and password with which anyone may log in."""
        return self.settings.FLEXMEASURES_PUBLIC_DEMO_CREDENTIALS if self.in_demo else None

    @property
    def banner(self) -> str:
        """What visitors of a demonstration or a game should know."""
        if self.settings.FLEXMEASURES_MODE == MODE_PLAY:
            return "This is a game: data may be replaced, and may run ahead of the clock."
        if not self.in_demo:
            return ""
        year = self.settings.FLEXMEASURES_DEMO_YEAR
        clock = f" The platform’s clock runs in {year}." if year else ""
        return f"This is a demonstration with recorded data.{clock}"

    @property
    def tiles(self) -> str:
        """Address of the tiles of maps, if the operator has a token for them."""
        token = self.settings.MAPBOX_ACCESS_TOKEN
        return f"{MAPBOX}{TILES}?access_token={quote(token)}" if token else ""

    def may_see_tasks(self, user: User) -> bool:
        """Tell whether a user may see the jobs."""
        return may_see_tasks(user, self.settings)

    def menu(self) -> list[MenuItem]:
        """Return the pages that the visitor may see."""
        return menu(person(), self.settings)


def is_editable(asset: Asset) -> bool:
    """Tell whether the visitor may change an asset."""
    return may_edit(person(), asset)


def show_face(app: Flask, face: Face) -> None:
    """Give templates their words."""
    for word in FILTERS:
        app.jinja_env.filters[word.__name__] = word
    app.jinja_env.filters["lasting"] = words.length
    app.jinja_env.filters["is_editable"] = is_editable
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    def context() -> dict[str, object]:
        theme = request.cookies.get("theme")
        return {
            "face": face,
            "person": person,
            "entry": entry,
            "now": face.platform.now(),
            "theme": theme if theme in {"light", "dark"} else "",
            "new_csrf_token": generate_csrf,
            "in_sight": IN_SIGHT,
            "help_for": help_for,
        }

    app.context_processor(context)
