"""Everything that can be set, called or hooked into has its entry in the documents."""

import re
import runpy
import sys
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from flexmeasures.adapters.demo.catalogue import CATALOGUE
from flexmeasures.api.messages.services import SERVICES
from flexmeasures.api.v3_0.routes import ROUTES
from flexmeasures.cli.root import COMMANDS
from flexmeasures.domain import errors
from flexmeasures.domain.errors import FlexMeasuresError
from flexmeasures.plugins import hookspecs
from flexmeasures.settings.schema import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@cache
def pages() -> Mapping[str, Callable[[], str]]:
    sys.path.insert(0, str(DOCS))
    return runpy.run_path(str(DOCS / "reference_pages.py"))


def headings(text: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))


def grades(subject: str) -> set[str]:
    return set(tomllib.loads((DOCS / "quality.toml").read_text(encoding="utf-8"))[subject])


def test_every_setting_has_its_entry() -> None:
    names = {name for name in Settings.model_fields if name.isupper()}
    assert names <= headings(pages()["settings_page"]())


def test_every_setting_says_what_it_means() -> None:
    silent = [
        name for name, field in Settings.model_fields.items() if not field.description and name.isupper()
    ]
    assert silent == []


def test_every_command_has_its_entry_and_its_grade() -> None:
    names = {name for name, entry in COMMANDS.items() if not entry.hidden}
    assert {f"flexmeasures {name}" for name in names} <= headings(pages()["cli_page"]())
    assert names == grades("commands")


def test_every_error_has_its_entry() -> None:
    page = pages()["errors_page"]()
    names = {
        name
        for name, thing in vars(errors).items()
        if isinstance(thing, type) and issubclass(thing, FlexMeasuresError) and thing is not FlexMeasuresError
    }
    assert names == set(re.findall(r"^\| (\w+) \| [^|]+ \| `[A-Z_]+` \| \d{3} \|$", page, re.MULTILINE))


def test_every_hook_has_its_entry() -> None:
    hooks = {name for name in vars(hookspecs) if name.startswith("register_")}
    assert hooks
    assert hooks <= headings(pages()["hooks_page"]())


def test_every_message_service_has_its_entry_and_its_grade() -> None:
    names = {service.name for service in SERVICES}
    assert names | {"getService"} == headings(pages()["services_page"]()) - {"Services of the message API"}
    assert names <= grades("services")


def test_every_route_of_version_3_has_its_entry() -> None:
    routes = {f"{route.method} {route.template}" for route in ROUTES}
    assert routes == headings(pages()["rest_page"]()) - {"REST API 3.0"}


def test_every_recording_that_comes_along_is_named_with_its_licence() -> None:
    page = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    for entry in CATALOGUE:
        row = next(line for line in page.splitlines() if f"`{entry.name}`" in line)
        assert entry.licence in row
