"""What is wrong is told in the documented order: a message with every fault is mended one by one."""

from __future__ import annotations

import pytest
from tests.unit.api.messages.conftest import HOST, VERSIONS, Portfolio

Mend = tuple[str, object, str]
"""Field, its right value (``RIGHT`` for that of the right message), and the status that it was refused by."""

RIGHT = object()
TYPE: list[Mend] = [("type", "Other", "NO_MESSAGE_TYPE"), ("type", RIGHT, "INVALID_MESSAGE_TYPE")]
UNIT: Mend = ("unit", RIGHT, "INVALID_UNIT")
VALUES: Mend = ("values", [-1, -1, -1, -1], "PTUS_INCOMPLETE")
HORIZON: Mend = ("horizon", "PT0H", "INVALID_HORIZON")
PRIOR: Mend = ("prior", "2026-03-01T02:00:00Z", "INVALID_HORIZON")
PERIOD: list[Mend] = [
    ("start", "2026-03-01T00:00:00", "INVALID_PERIOD"),
    ("start", "2026-03-01T00:07:00Z", "INVALID_TIMEZONE"),
    ("duration", "PT50M", "INVALID_PERIOD"),
]
FIT: list[Mend] = [
    ("duration", "PT1H", "INVALID_RESOLUTION"),
    ("start", "2026-03-01T00:00:00Z", "INVALID_PTU_DURATION"),
]
NOT_YOURS = "UNRECOGNIZED_CONNECTION_GROUP"

POWER: list[Mend] = [
    *TYPE,
    UNIT,
    ("connection", "CS 1", NOT_YOURS),
    VALUES,
    HORIZON,
    *PERIOD,
    ("connection", f"{HOST}:999999", "INVALID_DOMAIN"),
    ("connection", "CONSUMER", NOT_YOURS),
    *FIT,
    ("values", [1, 1, 1, 1], "POWER_VALUE_TOO_SMALL"),
]
WITH_PRIOR = [*POWER[: POWER.index(HORIZON) + 1], PRIOR, *POWER[POWER.index(HORIZON) + 1 :]]
PRICES: list[Mend] = [
    *TYPE,
    ("unit", "KRW/kWh", "INVALID_UNIT"),
    ("market", f"{HOST}:5", NOT_YOURS),
    HORIZON,
    ("value", 40.5, "PTUS_INCOMPLETE"),
    *PERIOD[:2],
    ("duration", "PT1H", "INVALID_PERIOD"),
    ("market", f"{HOST}:nowhere", "INVALID_DOMAIN"),
    ("market", RIGHT, "UNRECOGNIZED_MARKET"),
    ("start", "2026-03-01T00:00:00Z", "INVALID_PTU_DURATION"),
    UNIT,
]
READ: list[Mend] = [
    *TYPE,
    UNIT,
    ("connection", "CS 1", NOT_YOURS),
    ("source", None, "INVALID_SOURCE"),
    HORIZON,
    PRIOR,
    *PERIOD,
    ("resolution", "PT20M", "INVALID_RESOLUTION"),
    ("connection", f"{HOST}:999999", "INVALID_DOMAIN"),
    ("connection", RIGHT, NOT_YOURS),
    ("resolution", "PT1H", "INVALID_RESOLUTION"),
]
EVENT: list[Mend] = [
    *TYPE,
    UNIT,
    ("datetime", "2026-03-01T00:00:00", "INVALID_DATETIME"),
    ("datetime", "2026-02-01T00:00:00Z", "INVALID_TIMEZONE"),
    ("event", "CONSUMER:5:temperature", "INVALID_DOMAIN"),
    ("event", f"{HOST}:999999:5:soc-with-targets", "UNRECOGNIZED_UDI_EVENT"),
    ("event", "CONSUMER:5:soc-with-targets", NOT_YOURS),
    ("event", "BATTERY:5:soc-with-targets", "INVALID_DOMAIN"),
    ("datetime", RIGHT, "INVALID_DATETIME"),
    ("event", "BATTERY:6:soc-with-targets", "OUTDATED_UDI_EVENT"),
    ("value", 2, "PTUS_INCOMPLETE"),
    ("targets", [{}], "INCOMPLETE_UDI_EVENT"),
    ("targets", [{"value": 1}], "PTUS_INCOMPLETE"),
    ("targets", [{"value": 1, "datetime": "2026-03-01T00:00:00"}], "INVALID_DATETIME"),
    ("targets", [{"value": 1, "datetime": "2027-03-01T00:00:00Z"}], "INVALID_TIMEZONE"),
    ("targets", [], "INVALID_DATETIME"),
]
FAULTS: dict[str, object] = {
    "unit": "horses",
    "horizon": "soon",
    "prior": "soon",
    "source": ["Wizard"],
    "resolution": "coarse",
    "datetime": "soon",
    "value": "full",
}
CASES = [
    *((version, "postMeterData", POWER) for version in VERSIONS[:-1]),
    ("v2_0", "postMeterData", WITH_PRIOR),
    *((version, "postPriceData", PRICES) for version in VERSIONS[1:]),
    *((version, "getMeterData", READ) for version in VERSIONS),
    *((version, "postUdiEvent", EVENT) for version in VERSIONS[3:]),
]


@pytest.mark.parametrize(("version", "service", "mends"), CASES, ids=lambda part: str(part)[:20])
def test_faults_are_told_in_the_documented_order(
    portfolio: Portfolio, version: str, service: str, mends: list[Mend]
) -> None:
    if service == "postUdiEvent":
        first = portfolio.send(version, service, portfolio.right(service))
        assert first.status == "PROCESSED"
    needed = {field for field, _, _ in mends}
    message = {field: FAULTS[field] for field in needed if field in FAULTS}

    told = [_send(portfolio, version, service, message)]
    for field, value, _ in mends:
        message[field] = portfolio.right(service)[field] if value is RIGHT else value
        told.append(_send(portfolio, version, service, message))

    assert told == [*(status for _, _, status in mends), "PROCESSED"]


def _send(portfolio: Portfolio, version: str, service: str, message: dict[str, object]) -> object:
    names = {
        "CONSUMER": portfolio.address(portfolio.consumer),
        "BATTERY": portfolio.address(portfolio.battery),
    }
    sent = {}
    for field, value in message.items():
        head, colon, rest = str(value).partition(":")
        sent[field] = f"{names[head]}{colon}{rest}" if head in names else value
    return portfolio.send(version, service, {k: v for k, v in sent.items() if v is not None}).status
