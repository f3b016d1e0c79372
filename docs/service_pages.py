"""Writes the page of all message services: who may call them, what they take and answer, with examples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flexmeasures.api.messages.dialects import DIALECTS, Dialect
from flexmeasures.api.messages.services import SERVICES, Service, services_of
from flexmeasures.api.openapi.schemas import request_schema

EXAMPLES = Path(__file__).parent / "reference" / "examples.json"

FIELDS = {
    "type": "Name of the service with `Request` behind it.",
    "connection": "Entity address of a connection, see {doc}`/reference/notation`.",
    "connections": "Several of them, which share the same values.",
    "market": "Entity address of a market.",
    "markets": "Several of them, which share the same values.",
    "sensor": "Entity address of a weather sensor.",
    "sensors": "Several of them, which share the same values.",
    "event": "Entity address of a UDI event.",
    "events": "Several of them.",
    "groups": "Resources with their own `value`, `values` or `timeseries`; they share the other fields.",
    "start": "When the first value begins.",
    "duration": "How long all values last together; of a device message, how much of the schedule is wanted.",
    "unit": "Of the values.",
    "value": "A single value; of a UDI event, the state of charge.",
    "values": "Successive values that last equally long.",
    "timeseries": "Values one by one, each with its own `start` and `duration`.",
    "horizon": "How long before the end of an event it was recorded; negative after it.",
    "prior": "When it was recorded at the latest.",
    "resolution": "How long each value that is answered lasts.",
    "source": "Ids of users, or names of roles: only what they recorded.",
    "datetime": "When the state of charge was so.",
    "targets": "States of charge to be reached, each with `value` and `datetime`.",
    "soc_min": "Least state of charge, in the unit of the event.",
    "soc_max": "Largest state of charge, in the unit of the event.",
    "roundtrip_efficiency": "Share that is left of what is stored and taken out again, from 0 to 1.",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A message and its answer.

    Attributes:
        service: That takes the message.
        title: What it shows.
        versions: In which it is so.
        request: The message.
        answer: What it gets.
    """

    service: str
    title: str
    versions: Sequence[str]
    request: Mapping[str, object]
    answer: Mapping[str, object]


def examples() -> list[Example]:
    """Return all examples, in the order in which they can be sent."""
    return [Example(**row) for row in json.loads(EXAMPLES.read_text(encoding="utf-8"))]


def services_page() -> str:
    """Return the page of all message services."""
    return "\n".join(_services())


def _services() -> Iterator[str]:
    yield "# Services of the message API\n"
    yield (
        "{doc}`/reference/messages` tells what services have in common, {doc}`/reference/notation` how "
        "things are written, and {doc}`errors` what can be wrong.\n"
    )
    yield (
        "The examples are messages of user 1, who owns the connections 1 to 3 and the battery 4. "
        "They are sent as a test of FlexMeasures itself, in every version that is named.\n"
    )
    shown = examples()
    yield from _listing([example for example in shown if example.service == "getService"])
    for service in SERVICES:
        yield from _service(service, [example for example in shown if example.service == service.name])


def _listing(shown: Sequence[Example]) -> Iterator[str]:
    yield "## getService\n\nList the services of a version, to anybody.\n"
    yield "`GET /api/<version>/getService` in all versions.\n"
    yield "`access`\n: Name of a role: list only what it may call. Optional.\n"
    for example in shown:
        yield from _example(example)


def _service(service: Service, shown: Sequence[Example]) -> Iterator[str]:
    dialects = [dialect for dialect in DIALECTS if service in services_of(dialect)]
    yield f"## {service.name}\n\n{service.description}.\n"
    by_post = [dialect.version for dialect in dialects if service.name in dialect.reads_by_post]
    also = f"; in {_listed(by_post)} also by `POST`" if by_post else ""
    served = _listed([dialect.version for dialect in dialects])
    yield f"`{service.method} /api/<version>/{service.name}` in {served}{also}.\n"
    yield f"For the roles {', '.join(service.access)}, and for admins.\n"
    yield from _fields(service, dialects)
    for example in shown:
        yield from _example(example)


def _fields(service: Service, dialects: Sequence[Dialect]) -> Iterator[str]:
    """Yield what is to be said of each field, and in which versions it is read."""
    schemas = {dialect.version: request_schema(service.name, dialect) for dialect in dialects}
    known = {
        version: properties
        for version, schema in schemas.items()
        if isinstance(properties := schema["properties"], Mapping)
    }
    needed = schemas[dialects[-1].version]["required"]
    for name in dict.fromkeys(name for properties in known.values() for name in properties):
        where = [version for version, properties in known.items() if name in properties]
        only = "" if len(where) == len(dialects) else f" In {_listed(where)}."
        must = " Required." if isinstance(needed, list) and name in needed else ""
        values = _values(known[where[-1]][name])
        yield f"`{name}`\n: {FIELDS[name]}{values}{must}{only}\n"


def _values(schema: object) -> str:
    """Return what a field can be, or an example of it."""
    if not isinstance(schema, Mapping):
        return ""
    if "const" in schema:
        return f" `{schema['const']}`."
    if isinstance(schema.get("enum"), list):
        return f" One of {', '.join(f'`{value}`' for value in schema['enum'])}."
    found = schema.get("examples")
    return f" Such as `{found[0]}`." if isinstance(found, list) else ""


def _example(example: Example) -> Iterator[str]:
    yield f"**{example.title}** ({', '.join(example.versions)}):\n"
    yield f"```json\n{_json(example.request)}\n```\n"
    yield f"The answer:\n\n```json\n{_json(example.answer)}\n```\n"


def _json(message: Mapping[str, object]) -> str:
    """Return a message, lists of numbers and names on one line."""
    lines = [f"  {json.dumps(name)}: {_written(value)}" for name, value in message.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def _written(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in value)
        return f"[\n{rows}\n  ]"
    return json.dumps(value, ensure_ascii=False)


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
