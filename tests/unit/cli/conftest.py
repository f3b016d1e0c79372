"""Command lines of platforms in memory."""

from __future__ import annotations

import pytest

from flexmeasures.testing.command_line import CommandLine
from flexmeasures.usecases.ports.platform import Platform


@pytest.fixture
def flexmeasures(memory_platform: Platform) -> CommandLine:
    """Return the command line of an empty platform."""
    return CommandLine(memory_platform)


@pytest.fixture
def founded(flexmeasures: CommandLine) -> CommandLine:
    """Return the command line of a platform with its structure."""
    flexmeasures.says("add", "structure")
    return flexmeasures
