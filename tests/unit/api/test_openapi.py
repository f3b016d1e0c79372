"""The description of each version is that of what is served."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from flexmeasures.api.messages.dialects import DIALECTS
from flexmeasures.testing.web import Web

VERSIONS = [dialect.version for dialect in DIALECTS]
BESIDE = {"/openapi.json", "/docs", "/charts/bokeh/{name}"}


def _described(web: Web, version: str) -> Mapping[str, object]:
    return web.anonymous().get(f"{version}/openapi.json").body


def _served(web: Web, version: str) -> set[tuple[str, str]]:
    prefix = f"/api/{version}"
    return {
        (re.sub(r"<(?:(\w+)_)?(\w+)>", r"{\2}", rule.rule.removeprefix(prefix)), method.lower())
        for rule in web.app.url_map.iter_rules()
        if rule.rule.startswith(f"{prefix}/")
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_every_route_is_described_and_nothing_else(memory_web: Web, version: str) -> None:
    paths = _described(memory_web, version)["paths"]
    assert isinstance(paths, dict)
    described = {(path, method) for path, place in paths.items() for method in place}

    assert described == {
        (path, method) for path, method in _served(memory_web, version) if path not in BESIDE
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_operations_have_names_of_their_own_and_references_lead_somewhere(
    memory_web: Web, version: str
) -> None:
    document = _described(memory_web, version)
    names = list(_all(document, "operationId"))

    assert document["openapi"] == "3.1.0"
    assert len(names) == len(set(names))
    assert set(_all(document, "$ref")) == {"#/components/schemas/Refusal"}


def test_only_version_2_knows_priors_and_only_later_ones_targets(memory_web: Web) -> None:
    def fields(version: str, service: str) -> set[str]:
        paths = _described(memory_web, version)["paths"]
        assert isinstance(paths, dict)
        schema = paths[f"/{service}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        return set(schema["properties"])

    assert "prior" in fields("v2_0", "postMeterData")
    assert "prior" not in fields("v1_3", "postMeterData")
    assert "targets" in fields("v1_3", "postUdiEvent")
    assert "targets" not in fields("v1_2", "postUdiEvent")


@pytest.mark.parametrize("version", VERSIONS)
def test_people_read_a_page_without_scripts(memory_web: Web, version: str) -> None:
    page = memory_web.app.test_client().get(f"/api/{version}/docs")

    assert page.status_code == 200
    assert "postMeterData" in page.text
    assert "<script" not in page.text


def _all(document: object, key: str) -> Iterator[str]:
    if isinstance(document, dict):
        for name, value in document.items():
            if name == key:
                yield str(value)
            yield from _all(value, key)
    elif isinstance(document, list):
        for value in document:
            yield from _all(value, key)
