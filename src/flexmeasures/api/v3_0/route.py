"""What a route of version 3.0 is: where, who may, what is told and what does it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel

from flexmeasures.api.v3_0.answer import Answer
from flexmeasures.api.v3_0.call import Call

View = Callable[[Call], Answer]


class Access(StrEnum):
    """Who may call a route."""

    ANYBODY = "Anybody."
    USERS = "Any user."
    READ = "Users who may read it."
    CREATE = "Users who may add to it."
    UPDATE = "Users who may change it."
    DELETE = "Users who may remove it."
    ACCOUNT_ADMINS = "Admins of the account, and of the platform."
    ADMINS = "Admins of the platform."


@dataclass(frozen=True, slots=True)
class Route:
    """A route of version 3.0.

    Attributes:
        method: Of HTTP.
        path: Behind the version, as Flask writes it.
        view: What answers.
        summary: For the list of services.
        access: Who may call it.
        body: What is told as JSON; None for nothing.
        query: What is told in the query; None for nothing.
        success: Code of HTTP when all is well.
        is_replaced: Whether it has a successor, as its answers say.
    """

    method: str
    path: str
    view: View
    summary: str
    access: Access
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    success: int = 200
    is_replaced: bool = False

    @property
    def name(self) -> str:
        """Unique, for Flask and as the id of the operation."""
        words = re.sub(r"<(?:\w+:)?(\w+)>", r"by_\1", self.path)
        return re.sub(r"\W+", "_", f"{self.method.lower()}{words}").strip("_")

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it."""
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.path)
