"""Upload of CSV and Excel files: chosen, checked and shown, and written only when that is confirmed."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.beliefs import most_recent
from flexmeasures.domain.errors import ConflictingBelief, InvalidField, NotAuthorized
from flexmeasures.domain.timing import from_instant
from flexmeasures.ui.downloads import csv_file
from flexmeasures.ui.face import Face
from flexmeasures.ui.forms import Form
from flexmeasures.ui.gate import person
from flexmeasures.ui.parcels import Parcel, pack, pack_done, unpack, unpack_done
from flexmeasures.ui.roles import may_upload
from flexmeasures.ui.sketch import HEIGHT, WIDTH, sketch
from flexmeasures.usecases.accounts import check_timezone
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.uploads.draft import SHOWN_ROWS, Draft, Reading, draft_of
from flexmeasures.usecases.uploads.keeping import keep, take_back, writable_sensor, writable_sensors
from flexmeasures.usecases.uploads.told import Told
from flexmeasures.usecases.uploads.units import units_for
from flexmeasures.web.tables import read_table

LARGEST_FILE = 7 * 1024 * 1024
LARGEST_DRAFT = 32 * 1024 * 1024
"""Bytes; values on their way back from the page that shows them."""

REFUSED = 422

USUAL_STEP = timedelta(minutes=15)
"""In a file to fill in for no sensor, or for one of moments."""


def allow_drafts() -> None:
    """Let the values that a page showed come back, which forms are usually too small for."""
    if request.path == "/upload/import":
        request.max_content_length = request.max_form_memory_size = LARGEST_DRAFT


def add_upload(blueprint: Blueprint, face: Face) -> None:
    """Add the pages."""
    _add_choice(blueprint, face.platform)
    _add_import(blueprint, face.platform)
    _add_template(blueprint, face)


def _add_choice(blueprint: Blueprint, platform: Platform) -> None:
    @blueprint.get("/upload")
    def upload() -> ResponseReturnValue:
        """Ask for a file."""
        _check()
        return _form(Form(request.args), platform)

    @blueprint.post("/upload")
    def preview() -> ResponseReturnValue:
        """Show what is in a file, and what is wrong with it."""
        _check()
        form = Form(request.form)
        file = request.files.get("file")
        number = form.whole("sensor", 1, 2**30)
        form.demand("sensor", number)
        if file is None or not file.filename:
            form.note("file", "Choose a file.")
        if not form.is_fine or number is None or file is None:
            return _form(form, platform)
        name = file.filename or "file"
        with file.stream as opened:
            content = opened.read()
        with platform.transaction():
            sensor, asset = writable_sensor(person(), number, platform)
        try:
            draft = draft_of(read_table(name, content), sensor, asset, _reading(form))
        except InvalidField as error:
            form.note("file", str(error))
            return _form(form, platform)
        return _preview(Parcel(sensor.id, name, draft.told), draft, sensor, asset, form, platform)


def _add_import(blueprint: Blueprint, platform: Platform) -> None:
    @blueprint.post("/upload/import")
    def import_upload() -> ResponseReturnValue:
        """Write what was shown."""
        _check()
        parcel = unpack(person().id, request.form.get("values", ""))
        at_once = request.form.get("recorded") != "measured"
        try:
            with platform.transaction():
                done = keep(
                    person(), parcel.sensor_id, parcel.told, platform, at_once=at_once, origin=parcel.name
                )
        except ConflictingBelief:
            form = Form({"sensor": str(parcel.sensor_id)})
            form.note(
                "",
                "Nothing was written: other values are known that were recorded at the same times. Upload the"
                " file as recorded now instead.",
            )
            return _form(form, platform)
        return redirect(url_for("pages.uploaded", upload=pack_done(person().id, done, parcel.name)), 303)

    @blueprint.get("/upload/done")
    def uploaded() -> ResponseReturnValue:
        """Show what became of an upload."""
        _check()
        done, name = unpack_done(person().id, request.args.get("upload", ""))
        with platform.transaction():
            sensor, asset = writable_sensor(person(), done.sensor_id, platform)
        return render_template("uploaded.html", done=done, name=name, sensor=sensor, asset=asset)

    @blueprint.post("/upload/undo")
    def undo_upload() -> ResponseReturnValue:
        """Take an upload back."""
        _check()
        done, name = unpack_done(person().id, request.form.get("upload", ""))
        with platform.transaction():
            gone = take_back(person(), done, platform)
        flash(f"{gone} values from {name} were taken back; what was known before counts again.")
        return redirect(url_for("pages.sensor", sensor_id=done.sensor_id), 303)


def _add_template(blueprint: Blueprint, face: Face) -> None:
    @blueprint.get("/upload/template.csv")
    def upload_template() -> ResponseReturnValue:
        """Answer a file to fill in, in the steps and the zone of a sensor if one is asked for."""
        _check()
        platform = face.platform
        number = request.args.get("sensor", None, int)
        step, unit, zone = timedelta(0), "MW", face.zone
        if number is not None:
            with platform.transaction():
                sensor, _ = writable_sensor(person(), number, platform)
            step, unit, zone = sensor.step, sensor.unit, sensor.timezone
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["start", f"value ({unit})"])
        today = platform.now().astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        starts = [today.astimezone(UTC) + place * (step or USUAL_STEP) for place in range(4)]
        writer.writerows([start.astimezone(ZoneInfo(zone)).isoformat(), ""] for start in starts)
        return csv_file(text.getvalue(), "values")


def _check() -> None:
    """Check that the visitor may upload.

    Raises:
        NotAuthorized: guests of a demonstration may not.
    """
    if not may_upload(person()):
        raise NotAuthorized("Guests of a demonstration cannot upload.")


def _reading(form: Form) -> Reading:
    """Return how a file is to be read.

    Raises:
        InvalidField: the time zone is none.
    """
    zone = form.text("zone")
    if zone:
        check_timezone(zone)
    return Reading(form.text("unit"), zone, form.text("column"), "flipped" in form.texts)


def _form(form: Form, platform: Platform) -> ResponseReturnValue:
    with platform.transaction():
        sensors = writable_sensors(person(), platform)
    page = render_template("upload.html", form=form, sensors=sensors, largest=LARGEST_FILE)
    return page, 200 if form.is_fine else REFUSED


def _preview(
    parcel: Parcel, draft: Draft, sensor: Sensor, asset: Asset, form: Form, platform: Platform
) -> ResponseReturnValue:
    told = draft.told
    with platform.transaction():
        found = platform.store.beliefs.latest([sensor.id], told.start, told.end)[sensor.id]
    known = most_recent([part for part in found if part.value.size])
    before = told.known_in(known)
    shown: Mapping[str, object] = {
        "draft": draft,
        "sensor": sensor,
        "asset": asset,
        "form": form,
        "name": parcel.name,
        "units": units_for(sensor),
        "values": pack(person().id, parcel),
        "rows": _first_rows(told),
        "differing": int((~np.isnan(before) & (before != told.values)).sum()),
        "same": int((before == told.values).sum()),
        "sketch": sketch(told, known),
        "box": f"0 0 {WIDTH} {HEIGHT}",
    }
    return render_template("upload_preview.html", **shown)


def _first_rows(told: Told) -> list[tuple[datetime, float]]:
    return [
        (from_instant(start), float(value))
        for start, value in zip(told.starts[:SHOWN_ROWS], told.values[:SHOWN_ROWS], strict=True)
    ]
