"""Pages that make, change and remove assets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flexmeasures.domain.addresses import authority, write_connection
from flexmeasures.domain.assets import Asset, Connection
from flexmeasures.domain.audit import Change
from flexmeasures.domain.errors import (
    DuplicateEntity,
    FlexMeasuresError,
    InvalidField,
    InvalidFields,
    Misplaced,
    MissingMarket,
    NotAuthorized,
    UnknownEntity,
)
from flexmeasures.ui.asset_fields import NAMES, change_in, texts_of
from flexmeasures.ui.face import Face
from flexmeasures.ui.forms import Form
from flexmeasures.ui.gate import person
from flexmeasures.ui.latest import Week, latest_week
from flexmeasures.ui.roles import may_create_assets
from flexmeasures.ui.words import titled
from flexmeasures.usecases import asset_care
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.structure import asset_types

REFUSED = 422
REFUSALS = (InvalidField, DuplicateEntity, Misplaced, MissingMarket, UnknownEntity)
"""What can be wrong with what was filled in."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen in the form of an asset: pairs of what is sent and what is read."""

    types: tuple[tuple[str, str], ...]
    markets: tuple[tuple[int, str], ...]
    owners: tuple[tuple[int, str], ...]
    wholes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """An asset in its form.

    Attributes:
        asset: Which; None while it is made.
        connection: Its power, if it has any.
        choices: What can be chosen.
        history: Who changed what.
        address: Its entity address.
        week: Its latest state; None if it has no power, or none was measured.
    """

    asset: Asset | None
    connection: Connection | None
    choices: Choices
    history: tuple[Change, ...] = ()
    address: str = ""
    week: Week | None = None

    @property
    def has_power(self) -> bool:
        """Whether the form asks for capacity, steps and market."""
        return self.asset is None or self.connection is not None


def add_asset_forms(blueprint: Blueprint, face: Face) -> None:
    """Add the pages."""
    _add_creation(blueprint, face)
    _add_changes(blueprint, face)
    _add_deletion(blueprint, face.platform)


def _add_creation(blueprint: Blueprint, face: Face) -> None:
    platform = face.platform

    @blueprint.get("/assets/new", strict_slashes=False)
    def new_asset() -> ResponseReturnValue:
        """Show an empty form."""
        _check_admin()
        with platform.transaction():
            edited = Edited(None, None, _choices(None, platform))
        texts = {"resolution": "15", "timezone": face.zone, "owner": str(person().id)}
        return _page(edited, Form(texts))

    @blueprint.post("/assets/new", strict_slashes=False)
    @blueprint.post("/assets/create/", endpoint="create_asset_as_before")
    def create_asset() -> ResponseReturnValue:
        """Make an asset, or say what is wrong."""
        _check_admin()
        form = Form(request.form)
        change, whole = change_in(form, None, has_power=True), form.whole("parent", 1, 2**30)
        if form.is_fine:
            try:
                with platform.transaction():
                    made = asset_care.create(person(), change, platform)
                    asset_care.put_into(person(), made.asset, whole, platform)
            except REFUSALS as error:
                _take(form, error)
            else:
                flash("Creation was successful.")
                return redirect(url_for("pages.asset", asset_id=made.id), 303)
        with platform.transaction():
            edited = Edited(None, None, _choices(None, platform))
        return _page(edited, form)


def _add_changes(blueprint: Blueprint, face: Face) -> None:
    platform = face.platform

    @blueprint.get("/assets/<int:asset_id>/edit")
    def edit_asset(asset_id: int) -> ResponseReturnValue:
        """Show the form of an asset."""
        with platform.transaction():
            edited = _edited(asset_id, face)
        form = Form(texts_of(edited.asset, edited.connection, face.zone) if edited.asset else {})
        return _page(edited, form)

    @blueprint.post("/assets/<int:asset_id>/edit")
    @blueprint.post("/assets/<int:asset_id>/", endpoint="change_asset_as_before")
    def change_asset(asset_id: int) -> ResponseReturnValue:
        """Change an asset, or say what is wrong."""
        form = Form(request.form)
        with platform.transaction():
            edited = _edited(asset_id, face)
        change = change_in(form, edited.asset, has_power=edited.has_power)
        whole = form.whole("parent", 1, 2**30)
        if form.is_fine and edited.asset:
            try:
                with platform.transaction():
                    kept = asset_care.edit(person(), edited.asset, change, platform)
                    if "parent" in form.texts:
                        asset_care.put_into(person(), kept, whole, platform)
            except REFUSALS as error:
                _take(form, error)
            else:
                flash("Editing was successful.")
                return redirect(url_for("pages.asset", asset_id=asset_id), 303)
        return _page(edited, form)


def _add_deletion(blueprint: Blueprint, platform: Platform) -> None:
    @blueprint.get("/assets/<int:asset_id>/delete")
    def ask_to_delete(asset_id: int) -> ResponseReturnValue:
        """Show what would be lost."""
        return _question(asset_id, platform, "")

    @blueprint.post("/assets/<int:asset_id>/delete")
    @blueprint.post("/assets/delete_with_data/<int:asset_id>/", endpoint="delete_asset_as_before")
    def delete_asset(asset_id: int) -> ResponseReturnValue:
        """Remove an asset, if its name is typed."""
        with platform.transaction():
            asset = asset_care.editable_asset(person(), asset_id, platform)
            if request.form.get("name", "").strip() == asset.display_name.strip():
                asset_care.remove(person(), asset, platform)
                text = f"Asset {asset.id} and assorted meter readings / forecasts have been deleted."
                flash(text)
                return redirect(url_for("pages.assets"), 303)
        return _question(asset_id, platform, "This is not the name of the asset.")


def _check_admin() -> None:
    if not may_create_assets(person()):
        raise NotAuthorized("To create assets needs the role admin.")


def _choices(asset: Asset | None, platform: Platform) -> Choices:
    users = platform.store.accounts.users()
    owners = [user for user in users if user.active and (user.is_admin or user.has_role("Prosumer"))]
    return Choices(
        types=tuple((kind.name, titled(kind.display_name)) for kind in asset_types(platform)),
        markets=tuple((known.sensor.id, known.display_name) for known in platform.store.assets.markets()),
        owners=tuple((owner.id, f"{owner.username} ({owner.account.name})") for owner in owners),
        wholes=tuple(
            (each.id, each.display_name) for each in asset_care.wholes_for(person(), asset, platform)
        ),
    )


def _edited(asset_id: int, face: Face) -> Edited:
    platform = face.platform
    asset = asset_care.editable_asset(person(), asset_id, platform)
    connection = next(iter(platform.store.assets.connections([asset_id])), None)
    begin = authority(request.host, face.settings.FLEXMEASURES_HOSTS_AND_AUTH_START, platform.now().date())
    history = tuple(platform.store.audit.about_asset(asset_id, 20))
    address = write_connection(begin, asset.owner_id, asset.id)
    week = latest_week(connection, platform) if connection else None
    return Edited(asset, connection, _choices(asset, platform), history, address, week)


def _take(form: Form, error: FlexMeasuresError) -> None:
    """Note what a use case found wrong beside the field that it is about, or above all of them."""
    if isinstance(error, InvalidFields):
        form.take(error, NAMES)
    else:
        name = str(error).split(":", maxsplit=1)[0] if isinstance(error, InvalidField) else ""
        form.note(NAMES.get(name, ""), str(error))


def _page(edited: Edited, form: Form) -> ResponseReturnValue:
    shown: Mapping[str, object] = {"edited": edited, "form": form}
    return render_template("asset_form.html", **shown), 200 if form.is_fine else REFUSED


def _question(asset_id: int, platform: Platform, problem: str) -> ResponseReturnValue:
    with platform.transaction():
        asset = asset_care.editable_asset(person(), asset_id, platform)
        loss = asset_care.loss_of(asset, platform)
    page = render_template("asset_delete.html", asset=asset, loss=loss, problem=problem)
    return page, REFUSED if problem else 200
