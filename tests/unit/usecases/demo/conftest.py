import pytest

from flexmeasures.usecases.demo.founding import Portfolio, found
from flexmeasures.usecases.ports.platform import Platform


@pytest.fixture
def portfolio(memory_platform: Platform) -> Portfolio:
    return found("secret", lambda password: f"hash of {password}", memory_platform)
