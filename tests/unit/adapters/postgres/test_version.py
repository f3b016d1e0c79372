from __future__ import annotations

import pytest

from flexmeasures.adapters.postgres.version import demand_supported
from flexmeasures.domain.errors import ServiceUnavailable


@pytest.mark.parametrize("server_version", [140_000, 140_012, 180_004])
def test_a_server_that_is_new_enough_will_do(server_version: int) -> None:
    demand_supported(server_version, "energy at localhost")


@pytest.mark.parametrize(("server_version", "spoken"), [(130_014, "13.14"), (90_624, "9.6.24")])
def test_an_older_server_is_named_with_its_version(server_version: int, spoken: str) -> None:
    with pytest.raises(
        ServiceUnavailable, match=rf"energy at localhost .* PostgreSQL {spoken}, .* needs 14 or"
    ):
        demand_supported(server_version, "energy at localhost")
