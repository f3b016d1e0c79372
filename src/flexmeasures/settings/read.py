"""Settings as they are written: in Python files, in ``.env`` and in the environment."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from flexmeasures.domain.errors import InvalidSetting

# settings of Flask and its extensions that may come from the environment; files may hold any
PASSED_ON = (
    *("SECURITY_", "MAIL_", "CORS_", "SESSION_", "REMEMBER_", "WTF_", "RATELIMIT_", "SQLALCHEMY_"),
    *("MAX_CONTENT_LENGTH", "PERMANENT_SESSION_LIFETIME", "PREFERRED_URL_SCHEME", "TRUSTED_HOSTS"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """A value that somebody gave to a setting.

    Attributes:
        value: As it was given.
        origin: Where, in words.
    """

    value: object
    origin: str


def read_file(path: Path) -> dict[str, Given]:
    """Run a configuration file and return the names in capitals that it sets.

    Raises:
        InvalidSetting: the file cannot be read or fails; the message names file and line.
    """
    names: dict[str, object] = {"__file__": str(path)}
    try:
        code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
        exec(code, names)  # noqa: S102  (the documented form of configuration files is Python)
    except SyntaxError as error:
        raise InvalidSetting(
            f"The configuration file {path} is no valid Python, line {error.lineno}: {error.msg}\n"
            f"    {(error.text or '').strip()}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSetting(f"The configuration file {path} cannot be read: {error}") from error
    except (Exception, SystemExit) as error:  # a configuration file can fail in any way
        raise InvalidSetting(
            f"The configuration file {path} fails in line {_line(error, path)}: "
            f"{type(error).__name__}: {error}"
        ) from error
    return {name: Given(value, f"{path}") for name, value in names.items() if name.isupper()}


def read_environment(variables: Mapping[str, str], origin: str, known: frozenset[str]) -> dict[str, Given]:
    """Return those variables that are settings; lists and dictionaries are read as JSON.

    Args:
        variables: All variables; empty ones count as not set.
        origin: Where they come from, in words.
        known: Names of the documented settings.
    """
    return {
        name: Given(_from_text(text) if name in known else _from_json(text), origin)
        for name, text in variables.items()
        if text and (name in known or name.startswith(("FLEXMEASURES_", *PASSED_ON)))
    }


def read_dotenv(folder: Path) -> dict[str, str]:
    """Return what the file ``.env`` in a folder sets, if there is one."""
    path = folder / ".env"
    try:
        found = dotenv_values(path) if path.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSetting(f"The file {path} cannot be read: {error}") from error
    return {name: value for name, value in found.items() if value is not None}


def _line(error: BaseException, path: Path) -> int | None:
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(path)), None)


def _from_text(text: str) -> object:
    """Read JSON where that can only be meant; leave the rest to the type of the setting."""
    if text[0] not in "[{":
        return text
    try:
        found: object = json.loads(text)
    except ValueError:
        return text
    return found


def _from_json(text: str) -> object:
    """Read whatever JSON can say; anything else is a text. True and False may be written as in Python."""
    try:
        found: object = json.loads({"True": "true", "False": "false", "None": "null"}.get(text, text))
    except ValueError:
        return text
    return found
