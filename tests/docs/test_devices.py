"""The pages on devices: orders come to what stands there, and code is that of the sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import flexmeasures
from flexmeasures.testing.orders import done, told_on

DOCS = Path(__file__).parents[2] / "docs"
PAGES = DOCS / "devices"
ORDERS = sorted(page.stem for page in PAGES.glob("*.md") if "```json" in page.read_text())
SOURCES = Path(flexmeasures.__file__).parent


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_comes_to_what_its_page_says(name: str) -> None:
    told = told_on(PAGES / f"{name}.md")
    found = done(told)
    assert found.solution.shortfalls == ()
    assert found.values.keys() == told.values.keys()
    for number, values in told.values.items():
        assert found.values[number] == pytest.approx(values, abs=0.011), number


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_has_a_picture(name: str) -> None:
    assert f"images/orders/{name}.svg" in (PAGES / f"{name}.md").read_text()
    assert (DOCS / "images" / "orders" / f"{name}.svg").read_text().startswith("<svg")


def test_all_kinds_have_a_page() -> None:
    assert len(ORDERS) == 9
    index = (PAGES / "index.md").read_text()
    assert all(f"\n{name}\n" in index for name in ORDERS)


def test_the_code_of_a_kind_is_that_of_the_sources() -> None:
    text = (PAGES / "adding-a-kind.md").read_text()
    sources = "\n".join(
        path.read_text()
        for part in ("scheduling", "usecases/flex")
        for path in (SOURCES / part).rglob("*.py")
    )
    blocks = re.findall(r"^```text\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 5
    fields, *others = blocks
    for line in fields.splitlines():
        assert line in sources, line
    for block in others:
        assert block in sources, block
