from collections.abc import Mapping

import pytest

from flexmeasures.adapters.demo.archive import recordings
from flexmeasures.usecases.demo.founding import Portfolio, found
from flexmeasures.usecases.demo.recordings import Recording
from flexmeasures.usecases.ports.platform import Platform


@pytest.fixture(scope="session")
def archive() -> Mapping[str, Recording]:
    return recordings()


@pytest.fixture
def portfolio(platform: Platform) -> Portfolio:
    return found("secret", lambda password: f"hash of {password}", platform)
