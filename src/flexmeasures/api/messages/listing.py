"""The list of services that each version gives of itself, to anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flexmeasures.api.messages import fields
from flexmeasures.api.messages.dialects import Dialect
from flexmeasures.api.messages.services import Service, services_of
from flexmeasures.api.messages.wire import Message
from flexmeasures.api.messages.write import PROCESSED, Body
from flexmeasures.domain.errors import UnknownRole


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that is served beside messages.

    Attributes:
        name: Method and path.
        since: Number of the first version that has it.
        access: Roles of which a caller needs one; empty where other rules hold.
        description: For the list of services.
    """

    name: str
    since: str
    access: tuple[str, ...]
    description: str


RESOURCES = (
    Resource("GET /assets", "2.0", (), "List owned assets."),
    Resource("POST /assets", "2.0", (), "Create an asset."),
    Resource("GET /asset/<id>", "2.0", (), "Get an asset."),
    Resource("PATCH /asset/<id>", "2.0", (), "Edit an asset."),
    Resource("DELETE /asset/<id>", "2.0", (), "Delete an asset and its data."),
    Resource("GET /users", "2.0", (), "List users."),
    Resource("GET /user/<id>", "2.0", (), "Get a user."),
    Resource("PATCH /user/<id>", "2.0", (), "Edit a user."),
    Resource("PATCH /user/<id>/password-reset", "2.0", (), "Reset a user's password."),
    Resource(
        "GET /charts/power",
        "2.0",
        ("admin", "Prosumer"),
        "Get a Bokeh chart for power data to embed in web pages.",
    ),
)


def list_services(message: Message, dialect: Dialect) -> Body:
    """List the services of a version, or those that a role has access to.

    Raises:
        InvalidMessageType: the message states another type.
        UnknownRole: no service is known for the role.
    """
    fields.check_optional_type(message, "GetServiceRequest")
    rows: list[Service | Resource] = [*services_of(dialect)]
    rows += [row for row in RESOURCES if row.since <= dialect.number]
    role = message.get("access")
    if role is not None:
        rows = [row for row in rows if _names(role, row.access)]
        if not rows:
            raise UnknownRole(f"No known services for specified role {role}.")
    services = [
        {"name": row.name, "access": list(row.access), "description": row.description} for row in rows
    ]
    return {"version": dialect.number, "services": services, **PROCESSED}


def _names(role: object, access: Sequence[str]) -> bool:
    return str(role).casefold() in {name.casefold() for name in access}
