"""What goes to a page and comes back from it: signed, so that it is what was shown, and only for its user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import BadRequest

from flexmeasures.usecases.uploads.keeping import Upload
from flexmeasures.usecases.uploads.told import Told

DRAFTS, DONE = "upload drafts", "finished uploads"

DRAFT_LASTS = 3600
"""Seconds."""

DONE_LASTS = 7 * 24 * 3600
"""Seconds."""

Words = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Values that were shown and may be written.

    Attributes:
        sensor_id: Of which sensor.
        name: Of the file.
        told: In unit and steps of the sensor.
    """

    sensor_id: int
    name: str
    told: Told


def pack(user_id: int, parcel: Parcel) -> str:
    """Write values as a text that only this platform can have written."""
    starts: list[int] = parcel.told.starts.astype(np.int64).tolist()
    values: list[float] = parcel.told.values.tolist()
    told = {
        "user": user_id,
        "sensor": parcel.sensor_id,
        "name": parcel.name,
        "start": starts[0],
        "apart": np.diff(starts).tolist(),
        "step": parcel.told.step.total_seconds(),
        "values": values,
    }
    return _serializer(DRAFTS).dumps(told)


def unpack(user_id: int, text: str) -> Parcel:
    """Read such a text.

    Raises:
        BadRequest: it is no such text, too old, or somebody else's.
    """
    told = _read(DRAFTS, text, DRAFT_LASTS, user_id)
    apart = np.array(told["apart"], np.int64)
    starts = int(str(told["start"])) + np.concatenate([[0], np.cumsum(apart)])
    step = timedelta(seconds=float(str(told["step"])))
    values = np.array(told["values"], np.float64)
    kept = Told(starts.astype("datetime64[us]"), values, step)
    return Parcel(int(str(told["sensor"])), str(told["name"]), kept)


def pack_done(user_id: int, upload: Upload, name: str) -> str:
    """Write what became of an upload as a text that can be part of an address."""
    told = {
        "user": user_id,
        "sensor": upload.sensor_id,
        "source": upload.source_id,
        "recorded": upload.recorded.isoformat() if upload.recorded else None,
        "start": upload.start.isoformat(),
        "end": upload.end.isoformat(),
        "new": upload.new,
        "known": upload.known,
        "jobs": upload.jobs,
        "name": name,
    }
    return _serializer(DONE).dumps(told)


def unpack_done(user_id: int, text: str) -> tuple[Upload, str]:
    """Read such a text: the upload, and the name of its file.

    Raises:
        BadRequest: it is no such text, too old, or somebody else's.
    """
    told = _read(DONE, text, DONE_LASTS, user_id)
    recorded = told["recorded"]
    upload = Upload(
        sensor_id=int(str(told["sensor"])),
        source_id=int(str(told["source"])),
        recorded=datetime.fromisoformat(str(recorded)) if recorded else None,
        start=datetime.fromisoformat(str(told["start"])),
        end=datetime.fromisoformat(str(told["end"])),
        new=int(str(told["new"])),
        known=int(str(told["known"])),
        jobs=int(str(told["jobs"])),
    )
    return upload, str(told["name"])


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=purpose)


def _read(purpose: str, text: str, lasting: int, user_id: int) -> Words:
    try:
        told: Words = _serializer(purpose).loads(text, max_age=lasting)
    except BadData as error:
        raise BadRequest("This page is too old. Please choose the file again.") from error
    if told["user"] != user_id:
        raise BadRequest("This page was made for another user. Please choose the file again.")
    return told
