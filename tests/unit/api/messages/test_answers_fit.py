"""Whatever is sent, the answer is one that the description of its version tells of, and never a fault.

Of the checks of schemathesis, those of an answer count here. These are left out:

- ``positive_data_acceptance``: a message can be well formed and refused, as its resource may not be there.
- ``negative_data_rejection``: what a message says beyond its fields is passed over, and text can be a number.
- ``missing_required_header``, ``ignored_auth``, ``object_level_authorization``: the matrix of access tells of
  callers without rights.
- ``unsupported_method``, ``allow_header_conformance``: the tests of the wire tell of methods.
- ``use_after_free``, ``ensure_resource_availability``: they need several calls, as the tests of resources
  make them.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from dataclasses import fields

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.unit.api.messages.conftest import SINCE, VERSIONS, Portfolio

from flexmeasures.testing.factories import Factory
from flexmeasures.testing.web import Caller

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 25
RARE = {"GET /getDeviceMessage", "GET /charts/power", "POST /assets"}
"""What takes more than one right message."""


@pytest.mark.full
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:schemathesis")
def test_every_answer_is_as_described(portfolio: Portfolio, version: str) -> None:
    admin = portfolio.web.as_user(Factory(portfolio.web.platform.store).user("admin", name="root"))
    kept = {part.name: copy.copy(getattr(portfolio.tables, part.name)) for part in fields(portfolio.tables)}
    description = schemathesis.openapi.from_wsgi(f"/api/{version}/openapi.json", portfolio.web.app)
    told: dict[str, Counter[int]] = {}
    for found in description.get_all_operations():
        assert isinstance(found, Ok), found
        told[found.ok().label] = _answers(portfolio, found.ok(), admin, kept)

    expected = {service for service, since in SINCE.items() if since <= version}
    assert {label.partition("/")[2] for label in told} >= expected
    assert {label for label, codes in told.items() if not codes.keys() & {200, 201, 204}} <= RARE


def _answers(
    portfolio: Portfolio,
    operation: schemathesis.APIOperation,  # type: ignore[type-arg]  # of any kind
    caller: Caller,
    kept: dict[str, object],
) -> Counter[int]:
    """Send messages to one service: fitting ones, others, right ones with more in them, and the right one."""
    codes: Counter[int] = Counter()
    service = operation.path.removeprefix("/")
    right = json.loads(json.dumps(portfolio.right(service))) if service in SINCE else {}
    known = portfolio.owner.id if "/user/" in operation.path else portfolio.battery.id
    cases = st.one_of(
        operation.as_strategy(GenerationMode.POSITIVE), operation.as_strategy(GenerationMode.NEGATIVE)
    )

    @given(cases, st.sampled_from(["as drawn", "with the right fields", "right"]))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: schemathesis.Case, form: str) -> None:  # type: ignore[type-arg]  # of any kind
        if form != "as drawn":
            drawn = case.body if isinstance(case.body, dict) and form != "right" else {}
            told = {} if form == "right" else dict(case.query or {})
            case.body = {**drawn, **right}
            case.query = {**told, **right} if right else {}
            case.path_parameters = dict.fromkeys(case.path_parameters or (), known)
        for name, value in kept.items():
            setattr(portfolio.tables, name, copy.copy(value))
        reply = case.call_and_validate(headers={"Authorization": caller.token}, checks=CHECKS)
        codes[reply.status_code] += 1

    check()
    return codes
