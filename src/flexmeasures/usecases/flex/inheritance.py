"""Complete what is asked with what is kept of assets: parts inherit from the site that they are part of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flexmeasures.domain.assets import Asset, Documents, Sensor
from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.usecases.ports.platform import Platform

Message = Mapping[str, object]

PROCESS_TYPES = frozenset({"process", "load"})
"""Types of assets whose devices may run once."""

_OWN = "electricity"
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Site:
    """An asset with what it is part of, and its parts.

    Attributes:
        asset: To be scheduled.
        line: From the top of its tree down to it.
        branch: It and its parts.
        documents: What is kept of all of them, by id.
    """

    asset: Asset
    line: tuple[Asset, ...]
    branch: tuple[Asset, ...]
    documents: Mapping[int, Documents]


def site_of(asset: Asset, platform: Platform) -> Site:
    """Return an asset with its tree."""
    assets = platform.store.assets
    line = [asset]
    while line[0].parent_id is not None and len(line) < _DEEPEST:
        if line[0].parent_id in {one.id for one in line}:
            break
        try:
            line.insert(0, assets.asset(line[0].parent_id))
        except UnknownEntity:
            break
    branch = assets.branch(asset.id)
    ids = sorted({one.id for one in (*line, *branch)})
    return Site(asset, tuple(line), tuple(branch), assets.documents(ids))


def whole_context(site: Site, told: object) -> object:
    """Return a flex-context: as it was told, else as the asset has it, else as what the asset is part of.

    Args:
        site: With what is kept.
        told: An object, or a list of such of several commodities. Anything else is returned as it is.
    """
    if not isinstance(told, (Mapping, list)):
        return told
    merged: dict[str, dict[str, object]] = {_OWN: _usual(site)}
    for asset in site.line:
        _put(merged, _contexts(site.documents[asset.id].flex_context))
    contexts = _contexts(told)
    if any(not isinstance(context, Mapping) for context in contexts):
        return told
    _put(merged, contexts)
    return merged[_OWN] if len(merged) == 1 else list(merged.values())


def _usual(site: Site) -> dict[str, object]:
    """Return what attributes say of a site, as they did before there were flex-contexts."""
    for asset in reversed(site.line):
        market = asset.attributes.get("market_id")
        if isinstance(market, int):
            return {"consumption-price": {"sensor": market}}
    return {}


def _contexts(told: object) -> Sequence[object]:
    """Return the contexts of several commodities: of one object its own fields come first, of electricity."""
    if isinstance(told, Mapping) and isinstance(told.get("commodities"), list):
        own = {name: value for name, value in told.items() if name != "commodities"}
        return (*([own] if own else []), *told["commodities"])
    return told if isinstance(told, list) else [told]


def _put(merged: dict[str, dict[str, object]], contexts: Iterable[object]) -> None:
    for context in contexts:
        if isinstance(context, Mapping):
            commodity = context.get("commodity", _OWN)
            merged.setdefault(str(commodity), {}).update(
                {str(name): value for name, value in context.items()}
            )


def whole_model(site: Site, told: Sequence[object], sensors: Mapping[int, Sensor]) -> list[object]:
    """Return a flex-model of all devices: as told, else as their assets have it.

    Args:
        site: With what is kept.
        told: Of devices; what is no object is returned as it is.
        sensors: By id, those that may be named.
    """
    assets = {asset.id: asset for asset in site.branch}
    model: list[object] = []
    named: set[int] = set()
    for one in told:
        asset_id = _asset_of(one, sensors)
        named.add(asset_id)
        kept = _kept(assets.get(asset_id), site) if isinstance(one, Mapping) else {}
        model.append(_with_unit(_over(kept, one), sensors) if isinstance(one, Mapping) else one)
    for asset in site.branch:
        document = site.documents[asset.id].flex_model
        if asset.id not in named and document:
            model.append({"asset": asset.id, **_kept(asset, site)})
    return model


def _over(kept: Message, told: Message) -> dict[str, object]:
    """Return what is told of a device over what is kept of it; efficiencies are told in one way."""
    excluded = {name for names in _WAYS if names & told.keys() for name in _ALL_WAYS - names}
    return {**{name: value for name, value in kept.items() if name not in excluded}, **told}


def _with_unit(told: Mapping[str, object], sensors: Mapping[int, Sensor]) -> dict[str, object]:
    """Return what is told of a device with plain numbers of power in the unit of its sensor."""
    named = told.get("sensor")
    sensor = sensors.get(named) if isinstance(named, int) else None
    if sensor is None:
        return dict(told)
    found = dict(told)
    if _is_number(told.get("power")):
        found["power"] = f"{told['power']} {sensor.unit}"
    profile = told.get("power-profile")
    if isinstance(profile, list):
        found["power-profile"] = [f"{one} {sensor.unit}" if _is_number(one) else one for one in profile]
    return found


_WAYS = (frozenset({"roundtrip-efficiency"}), frozenset({"charging-efficiency", "discharging-efficiency"}))
_ALL_WAYS = frozenset().union(*_WAYS)


def _asset_of(message: object, sensors: Mapping[int, Sensor]) -> int:
    """Return the asset of a device, or zero if it names none."""
    if not isinstance(message, Mapping):
        return 0
    asset_id = message.get("asset")
    if isinstance(asset_id, int):
        return asset_id
    named = message.get("sensor")
    sensor = sensors.get(named) if isinstance(named, int) else None
    return sensor.asset_id if sensor is not None else 0


def _kept(asset: Asset | None, site: Site) -> dict[str, object]:
    """Return what is kept of a device: its flex-model, else what its attributes say."""
    if asset is None:
        return {}
    attributes = asset.attributes
    usual: dict[str, object] = {
        name: f"{attributes[attribute]} {unit}"
        for attribute, (name, unit) in _ATTRIBUTES.items()
        if _is_number(attributes.get(attribute))
    }
    if asset.type.name in PROCESS_TYPES and "process-type" in attributes:
        usual["process-type"] = attributes["process-type"]
    return _over(usual, site.documents[asset.id].flex_model)


_ATTRIBUTES = {
    "capacity_in_mw": ("power-capacity", "MW"),
    "min_soc_in_mwh": ("soc-min", "MWh"),
    "max_soc_in_mwh": ("soc-max", "MWh"),
    "roundtrip_efficiency": ("roundtrip-efficiency", ""),
}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
