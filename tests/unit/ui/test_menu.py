"""The first page and the menu follow the settings."""

from __future__ import annotations

import pytest

from flexmeasures.domain.accounts import Account, User
from flexmeasures.settings.schema import Settings
from flexmeasures.ui.menu import first_page, menu

MDC = User(1, "m@example.com", "m", Account(1, "Meters", frozenset({"MDC"})))
PLAIN = User(2, "p@example.com", "p", Account(2, "Plain"))
ADMIN = User(3, "a@example.com", "a", Account(2, "Plain"), frozenset({"admin"}))


def settings(**given: object) -> Settings:
    return Settings.model_validate(
        {"others": {}} | {f"FLEXMEASURES_{name}": value for name, value in given.items()}
    )


def titles(user: User, **given: object) -> list[str]:
    return [item.title for item in menu(user, settings(**given))]


def test_everybody_has_the_menu_of_their_roles() -> None:
    assert titles(PLAIN) == ["Dashboard", "Assets", "Upload"]
    assert titles(MDC) == ["Dashboard", "Portfolio", "Analytics", "Assets", "Upload"]
    assert titles(ADMIN)[-3:] == ["Users", "Upload", "Tasks"]
    assert "Flexibility" in titles(ADMIN, SHOW_CONTROL_UI=True)
    assert "Flexibility" not in titles(PLAIN, SHOW_CONTROL_UI=True)
    assert titles(PLAIN, MODE="demo")[-1] == "Tasks"


def test_views_are_listed_titled_and_signed_as_wished() -> None:
    listed = ["assets", ["portfolio", ["mdc"]], ["users", ["Nobody"]], "unknown"]
    assert titles(MDC, MENU_LISTED_VIEWS=listed) == ["Assets", "Portfolio"]
    assert titles(ADMIN, MENU_LISTED_VIEWS=listed) == ["Assets"]
    found = menu(
        MDC,
        settings(
            MENU_LISTED_VIEWS=["assets"],
            MENU_LISTED_VIEW_TITLES={"assets": "Things"},
            MENU_LISTED_VIEW_ICONS={"assets": "tasks"},
        ),
    )
    assert [(item.title, item.path, item.sign) for item in found] == [("Things", "/assets", "tasks")]


@pytest.mark.parametrize(
    ("wished", "path"),
    [
        ([], "/dashboard"),
        ("assets", "/assets"),
        (["users", "assets"], "/assets"),
        ([["portfolio", ["MDC"]], "assets"], "/portfolio"),
        ([["portfolio", ["DSO"]]], "/dashboard"),
    ],
)
def test_the_first_page_is_the_first_that_applies(wished: object, path: str) -> None:
    assert first_page(MDC, settings(ROOT_VIEW=wished)) == path
