"""The instance folder of a demonstration, and its settings."""

from __future__ import annotations

import secrets
from pathlib import Path

from flexmeasures.domain.errors import InvalidInstance, InvalidSetting
from flexmeasures.settings.schema import MODE_DEMO, Settings
from flexmeasures.usecases.demo.portfolio import MEMBERS, OPERATOR

FILE = "flexmeasures.cfg"
YEAR = 2015
PASSWORD_BYTES = 6


def prepare_instance(folder: Path) -> str:
    """Write the configuration of a demonstration unless there is one; say what was done.

    Args:
        folder: The instance folder.

    Raises:
        InvalidInstance: the configuration cannot be written.
    """
    file = folder / FILE
    if file.exists():
        return f"{folder} (configured by {FILE})"
    email = next(member.email for member in MEMBERS if member.username == OPERATOR)
    text = f'''\
# Written by "flexmeasures demo". All commands on this instance read it, so that they see the same time.
FLEXMEASURES_ENV = "development"
FLEXMEASURES_MODE = "{MODE_DEMO}"
FLEXMEASURES_DEMO_YEAR = {YEAR}
FLEXMEASURES_TIMEZONE = "Europe/Berlin"
# shown on the login page; all users of the demonstration have this password
FLEXMEASURES_PUBLIC_DEMO_CREDENTIALS = ("{email}", "{secrets.token_hex(PASSWORD_BYTES)}")
'''
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInstance(
            f"The configuration of the demonstration, {file}, cannot be written: {error}. Set "
            "FLEXMEASURES_INSTANCE_PATH to a folder that you may write to."
        ) from error
    return f"{folder} (wrote {FILE})"


def demo_settings(settings: Settings) -> tuple[int, str]:
    """Return the year and the password of a demonstration.

    Raises:
        InvalidSetting: the instance is configured for something else.
    """
    credentials = settings.FLEXMEASURES_PUBLIC_DEMO_CREDENTIALS
    wrong = {
        "FLEXMEASURES_MODE": (settings.FLEXMEASURES_MODE, settings.FLEXMEASURES_MODE == MODE_DEMO),
        "FLEXMEASURES_ENV": (settings.FLEXMEASURES_ENV, not settings.redirects_to_https),
        "FLEXMEASURES_DEMO_YEAR": (
            settings.FLEXMEASURES_DEMO_YEAR,
            settings.FLEXMEASURES_DEMO_YEAR is not None,
        ),
        "FLEXMEASURES_PUBLIC_DEMO_CREDENTIALS": ("not set", credentials is not None),
    }
    named = [f"{name} is {value!r}" for name, (value, fits) in wrong.items() if not fits]
    if named or credentials is None or settings.FLEXMEASURES_DEMO_YEAR is None:
        raise InvalidSetting(
            f"The instance {settings.instance} is configured for something else than a demonstration "
            f"({', '.join(named)}). Run the demonstration on an instance of its own: "
            "FLEXMEASURES_INSTANCE_PATH=~/flexmeasures-demo flexmeasures demo"
        )
    return settings.FLEXMEASURES_DEMO_YEAR, credentials[1]
