"""``flexmeasures add annotation`` and ``add holidays``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flexmeasures.domain.annotations import Annotation, AnnotationType, Subjects
from flexmeasures.domain.assets import Asset
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)


@pytest.fixture
def house(flexmeasures: CommandLine) -> Asset:
    """Return an asset."""
    return Factory(flexmeasures.platform.store).asset("building")


def notes(line: CommandLine, asset: Asset) -> list[Annotation]:
    return line.platform.store.annotations.within(
        NEW_YEAR - YEAR, NEW_YEAR + YEAR, Subjects(assets=(asset.id,))
    )


def test_a_user_notes_something_on_a_day(flexmeasures: CommandLine, house: Asset) -> None:
    user = Factory(flexmeasures.platform.store).user(name="eve")
    words = ("add", "annotation", "--content", "Party", "--user", str(user.id), "--asset", str(house.id))
    said = flexmeasures.says(*words, "--at", NOON.isoformat())
    assert said == "Successfully added annotation.\n"
    (note,) = notes(flexmeasures, house)
    assert (note.content, note.type) == ("Party", AnnotationType.LABEL)
    assert (note.start, note.end, note.recorded) == (NOON, NOON + timedelta(days=1), NOON)
    source = flexmeasures.platform.store.sources.named([note.source_id])[note.source_id]
    assert source.user_id == user.id


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--content", " "), "An annotation has 1 to 1024 characters."),
        (("--until", NOON.isoformat()), "Nothing lies from"),
        (("--user", "99"), "There is no user 99."),
        (("--account", "99"), "No account with ID 99 found!"),
        (("--sensor", "99"), "There is no sensor 99."),
        (("--at", "2026-01-01T00:00"), "should state its offset"),
    ],
)
def test_what_cannot_be_noted_is_refused(
    words: tuple[str, ...], reason: str, flexmeasures: CommandLine, house: Asset
) -> None:
    user = Factory(flexmeasures.platform.store).user()
    usual = ("--content", "Party", "--at", NOON.isoformat(), "--user", str(user.id), "--asset", str(house.id))
    assert reason in flexmeasures.refusal("add", "annotation", *usual, *words)


def test_a_note_is_about_something(flexmeasures: CommandLine) -> None:
    words = ("add", "annotation", "--content", "Party", "--at", NOON.isoformat(), "--user", "1")
    assert "state an account, asset or sensor" in flexmeasures.refusal(*words)


def test_holidays_are_noted_once(flexmeasures: CommandLine, house: Asset) -> None:
    words = ("add", "holidays", "--year", "2026", "--country", "NL", "--asset", str(house.id))
    place = ("--timezone", "Europe/Amsterdam")
    said = [flexmeasures.says(*words, *place) for _ in range(2)]
    assert said[0] == said[1]
    assert said[0].startswith("Successfully added holidays to 0 account(s) and 1 asset(s):\nNL: ")
    found = notes(flexmeasures, house)
    assert len(found) == int(said[0].split("NL: ")[1])
    assert found[0].type == AnnotationType.HOLIDAY
    assert found[0].start == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert found[0].end == datetime(2026, 1, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--country", "XX"), "Holidays of XX are not known"),
        (("--subdiv", "ZZ"), "Holidays of NL are not known"),
        (("--category", "foo"), "Holidays of NL are not known"),
        (("--timezone", "Mars"), "Timezone Mars is unknown!"),
        (("--asset", "99"), "There is no asset 99."),
    ],
)
def test_unknown_holidays_are_refused(
    words: tuple[str, ...], reason: str, flexmeasures: CommandLine, house: Asset
) -> None:
    usual = ("add", "holidays", "--year", "2026", "--country", "NL", "--asset", str(house.id))
    assert reason in flexmeasures.refusal(*usual, *words)
