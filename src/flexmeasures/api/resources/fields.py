"""The fields of assets and users in version 2.0, as they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from flexmeasures.domain.errors import InvalidFields, InvalidPeriod, InvalidTimezone
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.usecases.manage_assets import AssetChange
from flexmeasures.usecases.manage_users import UserChange

Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e12, le=1e12)]
Positive = Annotated[Number, Field(ge=0)]
Identity = Annotated[int, Field(ge=1)]
Fields = TypeVar("Fields", bound=BaseModel)

SYNONYMS = {"asset_type": "asset_type_name", "owner": "owner_id", "market": "market_id"}
"""Names of the documents, and those that the original took."""

NEEDED = (
    *("name", "unit", "event_resolution", "capacity_in_mw", "latitude", "longitude"),
    *("asset_type_name", "owner_id", "market_id"),
)
_NO_ZEROS = r"^[^\x00]*$"
_EMAIL = r"^[^@\s\x00]+@[^@\s\x00.]+(\.[^@\s\x00.]+)*$"


def _moment(value: object) -> datetime:
    """Read a date and time as messages state it.

    Raises:
        ValueError: it is none.
    """
    try:
        return parse_datetime(value if isinstance(value, str) else "")
    except (InvalidPeriod, InvalidTimezone) as error:
        raise ValueError(str(error)) from error


class AssetFields(BaseModel):
    """What can be told of an asset. Nothing can be told to be null."""

    model_config = ConfigDict(extra="forbid")

    id: object = None
    name: str = Field("", min_length=1, max_length=80, pattern=_NO_ZEROS)
    display_name: str = Field("", min_length=4, max_length=80, pattern=_NO_ZEROS)
    unit: Literal["W", "kW", "MW", "GW", "kWh", "MWh"] = "MW"
    timezone: str = ""
    event_resolution: int = Field(0, ge=1, le=525_600)
    capacity_in_mw: Annotated[Number, Field(ge=0.0001)] = 0.0
    min_soc_in_mwh: Positive = 0.0
    max_soc_in_mwh: Positive = 0.0
    soc_in_mwh: Number = 0.0
    soc_datetime: Annotated[AwareDatetime | None, BeforeValidator(_moment)] = None
    soc_udi_event_id: int = Field(0, ge=0, le=2**31 - 1)
    latitude: Annotated[Number, Field(ge=-90, le=90)] = 0.0
    longitude: Annotated[Number, Field(ge=-180, le=180)] = 0.0
    asset_type_name: str = Field("", pattern=_NO_ZEROS)
    owner_id: Identity = 0
    market_id: Identity = 0


class UserFields(BaseModel):
    """What can be told of a user. Nothing can be told to be null."""

    model_config = ConfigDict(extra="forbid")

    id: object = None
    email: str = Field("", max_length=255, pattern=_EMAIL)
    username: str = Field("", min_length=1, max_length=255, pattern=_NO_ZEROS)
    active: bool = True
    timezone: str = ""
    flexmeasures_roles: list[int] = Field(default_factory=list)


def read_asset(message: object, needed: Iterable[str] = ()) -> AssetChange:
    """Read what is to be true of an asset.

    Args:
        message: The body of the request.
        needed: Fields that must be told.

    Raises:
        InvalidFields: a field has a value that it cannot have, or is missing.
    """
    fields = _checked(AssetFields, _with_one_name_each(message))
    told = fields.model_fields_set
    missing = {name: ["Missing data for required field."] for name in needed if name not in told}
    if missing:
        raise InvalidFields(missing)
    attributes: dict[str, object] = {
        name: getattr(fields, name)
        for name in ("capacity_in_mw", "min_soc_in_mwh", "max_soc_in_mwh", "soc_in_mwh", "soc_udi_event_id")
        if name in told
    }
    if fields.soc_datetime is not None:
        attributes["soc_datetime"] = fields.soc_datetime.isoformat()
    if "unit" in told:
        attributes["unit"] = fields.unit
    same = ("name", "display_name", "owner_id", "market_id", "latitude", "longitude", "timezone")
    return AssetChange(
        **{name: getattr(fields, name) for name in same if name in told},
        type=fields.asset_type_name if "asset_type_name" in told else None,
        step=timedelta(minutes=fields.event_resolution) if "event_resolution" in told else None,
        attributes=attributes,
    )


def read_user(message: object) -> UserChange:
    """Read what is to be true of a user.

    Raises:
        InvalidFields: a field has a value that it cannot have.
    """
    fields = _checked(UserFields, message)
    told = fields.model_fields_set
    same = ("email", "username", "active", "timezone")
    return UserChange(
        **{name: getattr(fields, name) for name in same if name in told},
        role_ids=tuple(fields.flexmeasures_roles) if "flexmeasures_roles" in told else None,
    )


def _with_one_name_each(message: object) -> object:
    """Return a message in which each field goes by one name.

    Raises:
        InvalidFields: two names of a field have different values.
    """
    if not isinstance(message, Mapping):
        return message
    renamed = {name: value for name, value in message.items() if name not in SYNONYMS}
    for name, value in message.items():
        if name in SYNONYMS and renamed.setdefault(SYNONYMS[name], value) != value:
            raise InvalidFields({name: [f"This differs from {SYNONYMS[name]}."]})
    return renamed


def _checked(kind: type[Fields], message: object) -> Fields:
    """Return the fields of a message.

    Raises:
        InvalidFields: it has others, or values that they cannot have.
    """
    if not isinstance(message, Mapping):
        raise InvalidFields({"_schema": ["Invalid input type."]})
    try:
        return kind.model_validate(message)
    except ValidationError as error:
        texts: dict[str, list[str]] = {}
        for problem in error.errors(include_url=False):
            name = str(problem["loc"][0])
            text = "Unknown field." if problem["type"] == "extra_forbidden" else problem["msg"]
            texts.setdefault(name, []).append(text)
        raise InvalidFields(texts) from error
