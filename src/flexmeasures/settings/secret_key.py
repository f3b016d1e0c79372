"""The secret key: given by the operator in production, made and kept in the instance folder otherwise."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flexmeasures.domain.errors import InvalidInstance, InvalidSetting
from flexmeasures.settings.schema import Settings

FILE = "secret_key"


def find_secret_key(settings: Settings) -> str:
    """Return the secret key of an instance that has none among its settings.

    Raises:
        InvalidSetting: there is none and the environment is one in which it must be given.
        InvalidInstance: a new one cannot be kept.
    """
    path = settings.instance / FILE
    try:
        if path.is_file():
            return path.read_text(encoding="ascii").strip()
        if settings.in_production:
            raise InvalidSetting(_advice(settings, path))
        return _make(path)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInstance(
            f"The secret key of this instance, {path}, can neither be read nor made ({error}). "
            "Set FLEXMEASURES_INSTANCE_PATH to a folder that you may write to, or set SECRET_KEY."
        ) from error


def _make(path: Path) -> str:
    """Keep a new key; of several processes that come at once, all get the same."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(secrets.token_urlsafe(), encoding="ascii")
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
    return path.read_text(encoding="ascii")


def _advice(settings: Settings, path: Path) -> str:
    return f"""\
The setting SECRET_KEY is missing, and without it FlexMeasures does not start in {settings.FLEXMEASURES_ENV}.
It signs the sessions of users and salts their passwords. You can make a good one with

    python -c "import secrets; print(secrets.token_urlsafe())"

and put it into one of
    your configuration file, as  SECRET_KEY = "<key>":  ~/.flexmeasures.cfg, ~/flexmeasures.cfg
        or {settings.instance / "flexmeasures.cfg"}
    the environment:  export SECRET_KEY=<key>
    the file {path} (readable by you alone), as it is.
To try FlexMeasures out on this machine:  export FLEXMEASURES_ENV=development"""
