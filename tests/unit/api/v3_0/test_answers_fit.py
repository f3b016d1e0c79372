"""Whatever is sent to version 3.0 is answered as it is described, never by an error of the server."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from flexmeasures.domain.assets import Quantity
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import Web

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
EXAMPLES = 12


@pytest.mark.full
@pytest.mark.timeout(240)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:schemathesis")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_every_answer_is_as_described(memory_web: Web, memory_tables: Tables, mode: GenerationMode) -> None:
    make = Factory(memory_web.platform.store)
    chief = make.user("admin")
    sensor = make.sensor(make.asset(owner=chief), Quantity.POWER)
    token = memory_web.as_user(chief).token
    known: dict[str, object] = {
        "sensor_id": sensor.id,
        "asset_id": sensor.asset_id,
        "account_id": chief.account.id,
        "user_id": chief.id,
        "uuid": "nothing",
    }
    description = schemathesis.openapi.from_wsgi("/api/v3_0/openapi.json", memory_web.app)
    for found in description.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: schemathesis.Case) -> None:  # type: ignore[type-arg]  # of any kind
            case.path_parameters = {name: known[name] for name in case.path_parameters or ()}
            if case.method == "DELETE":
                case.path_parameters = dict.fromkeys(case.path_parameters, 999_999)
            with memory_tables.transaction():
                case.call_and_validate(headers={"Authorization": token}, checks=CHECKS)

        check()
