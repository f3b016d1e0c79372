"""The examples on the page of devices do what they say."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "devices.md"


def test_the_examples_of_devices_are_true() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted > 10
    assert result.failed == 0


def test_each_kind_of_device_has_its_picture() -> None:
    pictures = [line.split("](")[1].rstrip(")") for line in PAGE.read_text().splitlines() if line[:2] == "!["]
    assert len(pictures) == 6
    assert all((PAGE.parent / picture).exists() for picture in pictures)
