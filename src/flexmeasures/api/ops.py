"""What operators' programmes ask and tell: runs of recurring tasks, and the reset of a simulation."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from flexmeasures.api.messages.dialects import DIALECTS
from flexmeasures.domain.accounts import TASK_RUNNER
from flexmeasures.domain.errors import (
    InvalidPeriod,
    InvalidTimezone,
    NotAuthorized,
    UnknownBackup,
    UnknownEntity,
)
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.usecases.ports.backups import Backups
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.restore import restore_data
from flexmeasures.usecases.watch import TaskRun, latest_run, report_run
from flexmeasures.web.auth import caller_by_token
from flexmeasures.web.errors import FORBIDDEN

_NEVER = "1970-01-01T00:00:00"
_MINUTES = 10
_LONGEST_NAME = 80
Answer = tuple[Response, int]


def register(app: Flask, platform: Platform, backups: Backups) -> None:
    """Add the routes of operators to a web application; a simulation can be reset in play mode only."""
    ops = Blueprint("ops", __name__, url_prefix="/api/ops")
    ops.add_url_rule("/getLatestTaskRun", "latest", lambda: _latest(platform), methods=["GET"])
    ops.add_url_rule("/postLatestTaskRun", "report", lambda: _report(platform), methods=["POST"])
    app.register_blueprint(ops)
    if platform.rules.mode != "play":
        return
    for place in ("", *(f"/{dialect.version}" for dialect in DIALECTS)):
        app.add_url_rule(
            f"/api{place}/restoreData",
            f"restore{place}",
            lambda: _restore(platform, backups),
            methods=["PUT"],
        )


def _latest(platform: Platform) -> Answer:
    """Tell how the latest run of a task went, to whoever knows the token of operators."""
    name = request.args.get("name", "")
    given = request.headers.get(str(current_app.config["SECURITY_TOKEN_AUTHENTICATION_HEADER"]))
    expected = current_app.config.get("FLEXMEASURES_TASK_CHECK_AUTH_TOKEN")
    if not given:
        return _told(name, "Not authenticated to check task status.", 401)
    if not expected or not hmac.compare_digest(given.encode(), str(expected).encode()):
        return _told(name, "Not authorized to check task status.", 403)
    if not name:
        return _told(name, "No task name given.", 400)
    try:
        with platform.transaction():
            run = latest_run(_fitting(name), platform)
    except UnknownEntity as error:
        return _told(name, str(error), 404)
    reason = "" if run.succeeded else f"Task {name} failed."
    return _told(name, reason, 200, run)


def _told(name: str, reason: str, code: int, run: TaskRun | None = None) -> Answer:
    frequency = current_app.config.get(f"MONITOR_FREQUENCY_{name.upper()}", _MINUTES)
    return jsonify(
        status="OK" if run and run.succeeded else "ERROR",
        reason=reason,
        lastrun=run.at.isoformat() if run else _NEVER,
        frequency=frequency,
        process="FlexMeasures",
        server=current_app.config.get("FLEXMEASURES_MODE", ""),
    ), code


def _report(platform: Platform) -> Answer:
    """Keep the outcome of a run that a task runner tells in a form."""
    caller = caller_by_token()
    if TASK_RUNNER not in caller.roles:
        raise NotAuthorized(FORBIDDEN)
    name = request.form.get("name", "")
    if not name or "\x00" in name:
        return jsonify(status="ERROR", reason="No task name given."), 400
    try:
        at = parse_datetime(request.form["datetime"]) if "datetime" in request.form else datetime.now(UTC)
    except (InvalidPeriod, InvalidTimezone) as error:
        return jsonify(status="ERROR", reason=str(error)), 400
    run = TaskRun(at, request.form.get("status", "True") == "True")
    with platform.transaction():
        report_run(_fitting(name), run, platform)
    return jsonify(status="OK"), 200


def _fitting(name: str) -> str:
    return name.replace("\x00", "")[:_LONGEST_NAME]


def _restore(platform: Platform, backups: Backups) -> Answer:
    """Set the server back to a backup, for admins."""
    if not caller_by_token().is_admin:
        raise NotAuthorized(FORBIDDEN)
    message = request.get_json(force=True, silent=True)
    told = message.get("backup") if isinstance(message, dict) else None
    name = request.args.get("backup", told)
    if not isinstance(name, str) or not name:
        return _rejected("NO_BACKUP", "Request message should include 'backup'.")
    folder = Path(str(current_app.config["FLEXMEASURES_DB_BACKUP_PATH"])).absolute()
    try:
        with platform.transaction():
            restore_data(name, folder, backups, platform)
    except UnknownBackup as error:
        return _rejected("UNRECOGNIZED_BACKUP", f"The requested backup is not known. {error}".strip())
    return jsonify(
        status="PROCESSED", message=f"Request has been processed. Database restored to {name}."
    ), 200


def _rejected(status: str, message: str) -> Answer:
    return jsonify(result="Rejected", status=status, message=message), 400
