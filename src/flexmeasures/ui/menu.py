"""Which views there are, who may open them, and which of them are in the menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from flask import request

from flexmeasures.domain.accounts import User
from flexmeasures.settings.schema import MODE_DEMO, Settings
from flexmeasures.settings.values import Choice
from flexmeasures.ui.roles import may_see_portfolio, may_see_users, may_upload

IN_SIGHT = 4
"""So many views stand in the bar of a small screen; the others are behind one button."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page in the menu.

    Attributes:
        title: As people read it.
        path: Where it is.
        sign: Its glyph.
        with_paths: Where else it is: lists that stand beside it.
    """

    title: str
    path: str
    sign: str
    with_paths: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether the request is for this page or one below it."""
        paths = (self.path, *self.with_paths)
        return any(request.path == path or request.path.startswith(f"{path}/") for path in paths)


Opens = Callable[[User, Settings], bool]


def may_see_tasks(user: User, settings: Settings) -> bool:
    """Tell whether a user may see the jobs: admins, and everybody in a demonstration."""
    return user.is_admin or settings.FLEXMEASURES_MODE == MODE_DEMO


def _everybody(_user: User, _settings: Settings) -> bool:
    return True


VIEWS: Mapping[str, tuple[MenuItem, Opens]] = MappingProxyType(
    {
        "dashboard": (MenuItem("Dashboard", "/dashboard", "dashboard"), _everybody),
        "portfolio": (
            MenuItem("Portfolio", "/portfolio", "portfolio"),
            lambda user, _: may_see_portfolio(user),
        ),
        "control": (
            MenuItem("Flexibility", "/control", "control"),
            lambda user, settings: settings.FLEXMEASURES_SHOW_CONTROL_UI and may_see_portfolio(user),
        ),
        "analytics": (MenuItem("Analytics", "/analytics", "market"), lambda user, _: may_see_portfolio(user)),
        "assets": (MenuItem("Assets", "/assets", "building", ("/sensors",)), _everybody),
        "users": (MenuItem("Users", "/users", "users"), lambda user, _: may_see_users(user)),
        "upload": (MenuItem("Upload", "/upload", "upload"), lambda user, _: may_upload(user)),
        "tasks": (MenuItem("Tasks", "/tasks", "tasks"), may_see_tasks),
    }
)
"""By the names that settings use, in the order of the menu."""


def menu(user: User, settings: Settings) -> list[MenuItem]:
    """Return the pages of a user's menu: those that are listed and that the user may open."""
    listed = list(_applying(settings.FLEXMEASURES_MENU_LISTED_VIEWS, user)) or list(VIEWS)
    titles, signs = (
        settings.FLEXMEASURES_MENU_LISTED_VIEW_TITLES,
        settings.FLEXMEASURES_MENU_LISTED_VIEW_ICONS,
    )
    items = []
    for name in listed:
        if name in VIEWS and VIEWS[name][1](user, settings):
            item = VIEWS[name][0]
            sign = VIEWS[signs.get(name, name)][0].sign if signs.get(name, name) in VIEWS else item.sign
            items.append(replace(item, title=titles.get(name, item.title), sign=sign))
    return items


def first_page(user: User, settings: Settings) -> str:
    """Return the path of the page that a user begins with."""
    wished = settings.FLEXMEASURES_ROOT_VIEW
    choices: list[Choice] = [wished] if isinstance(wished, str) else list(wished)
    for name in _applying(choices, user):
        if name in VIEWS and VIEWS[name][1](user, settings):
            return VIEWS[name][0].path
    return VIEWS["dashboard"][0].path


def _applying(choices: Iterable[Choice], user: User) -> Iterator[str]:
    """Yield the names that are for everybody or for a role of the user's account."""
    for choice in choices:
        if isinstance(choice, str):
            yield choice
        elif {role.casefold() for role in choice[1]} & {role.casefold() for role in user.account.roles}:
            yield choice[0]
