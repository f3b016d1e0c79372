"""Find the settings, check them and say what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from flexmeasures.domain.errors import InvalidSetting
from flexmeasures.settings.read import Given, read_dotenv, read_environment, read_file
from flexmeasures.settings.schema import OTHER_SOLVERS, Settings
from flexmeasures.settings.secret_key import find_secret_key

KNOWN = frozenset(name for name in Settings.model_fields if name.isupper())
OWN_SOLVER = frozenset({"highs", "highspy", "appsi_highs"})
# variables of this name prefix that are no settings of a platform
OWN_VARIABLES = frozenset({"FLEXMEASURES_LIFELINE"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, with what an operator should know about them.

    Attributes:
        settings: The settings.
        warnings: What looks wrong and does no harm, one sentence each.
    """

    settings: Settings
    warnings: tuple[str, ...] = ()


def load(environ: Mapping[str, str], folder: Path | None = None) -> Loaded:
    """Read all settings: configuration files first, then ``.env``, then the environment, which wins.

    Args:
        environ: Variables of the environment.
        folder: Working directory, in which ``.env`` may be; none is read without it.

    Raises:
        InvalidSetting: a file is broken, a value is wrong, or a required setting is missing.
    """
    outside = _outside(environ, folder)
    home = _home(environ)
    given = _merge(_files(home)) | outside
    instance = _instance(given, home)
    given = given | _merge([instance / "flexmeasures.cfg"]) | outside
    given["FLEXMEASURES_INSTANCE_PATH"] = Given(str(instance), "")
    settings = _check(given)
    if settings.SECRET_KEY is None:
        settings = settings.model_copy(update={"SECRET_KEY": find_secret_key(settings)})
    return Loaded(settings, (*_strangers(given), *_unheard(settings)))


def find_instance(environ: Mapping[str, str], folder: Path | None = None) -> Path:
    """Return the instance folder, without checking any other setting; the arguments are those of ``load``.

    Raises:
        InvalidSetting: a file is broken.
    """
    home = _home(environ)
    return _instance(_merge(_files(home)) | _outside(environ, folder), home)


def _outside(environ: Mapping[str, str], folder: Path | None) -> dict[str, Given]:
    dotenv = read_dotenv(folder) if folder else {}
    return _from_variables(dotenv, f"{folder}/.env") | _from_variables(environ, "the environment")


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or "~").expanduser()


def _files(home: Path) -> list[Path]:
    return [home / ".flexmeasures.cfg", home / "flexmeasures.cfg"]


def _merge(paths: list[Path]) -> dict[str, Given]:
    existing = [path for path in paths if path.is_file()]
    return dict(chain.from_iterable(read_file(path).items() for path in existing))


def _from_variables(variables: Mapping[str, str], origin: str) -> dict[str, Given]:
    """Return settings among variables; the documented FLASK_ENV gives way to FLEXMEASURES_ENV."""
    mine = {name: text for name, text in variables.items() if name not in OWN_VARIABLES}
    found = read_environment(mine, origin, KNOWN)
    if (legacy := variables.get("FLASK_ENV")) and "FLEXMEASURES_ENV" not in found:
        found["FLEXMEASURES_ENV"] = Given(legacy, f"{origin} (as FLASK_ENV)")
    return found


def _instance(given: Mapping[str, Given], home: Path) -> Path:
    """Return the instance folder, which may hold a configuration file of its own."""
    default = Settings.model_fields["FLEXMEASURES_INSTANCE_PATH"].default
    path = str(
        given["FLEXMEASURES_INSTANCE_PATH"].value if "FLEXMEASURES_INSTANCE_PATH" in given else default
    )
    return Path(str(home) + path.removeprefix("~") if path.startswith("~/") else path).absolute()


def _check(given: Mapping[str, Given]) -> Settings:
    if "FLASK_ENV" in given and "FLEXMEASURES_ENV" not in given:
        given = {**given, "FLEXMEASURES_ENV": given["FLASK_ENV"]}
    values = {name: item.value for name, item in given.items() if name in KNOWN}
    others = {name: item.value for name, item in given.items() if name not in KNOWN}
    try:
        return Settings.model_validate({**values, "others": others})
    except ValidationError as error:
        raise InvalidSetting("\n".join(_complaints(error, given))) from error


def _complaints(error: ValidationError, given: Mapping[str, Given]) -> Iterator[str]:
    """Yield one sentence per wrong setting: name, value, where it is from and what was expected."""
    wrong: dict[str, str] = {}
    for detail in error.errors():
        wrong.setdefault(str(detail["loc"][0]), detail["msg"])
    for name, message in wrong.items():
        field = Settings.model_fields[name]
        value = repr(given[name].value) if field.repr else "(not shown)"
        reason = message.removeprefix("Value error, ")
        yield (
            f"The setting {name} is {value}, from {given[name].origin}: {reason}. "
            f"It means: {field.description} Default: {field.default!r}."
        )


def _unheard(settings: Settings) -> Iterator[str]:
    """Yield one sentence per setting that asks for what is not there."""
    solver = settings.FLEXMEASURES_LP_SOLVER
    if solver.lower() not in OWN_SOLVER | OTHER_SOLVERS:
        known = ", ".join(sorted(OTHER_SOLVERS))
        yield f"FLEXMEASURES_LP_SOLVER is {solver!r}, which is not known ({known}): HiGHS is used instead."


def _strangers(given: Mapping[str, Given]) -> Iterator[str]:
    """Yield one sentence per name that looks like a setting of the platform and is none."""
    for name, item in given.items():
        if name.startswith("FLEXMEASURES_") and name not in KNOWN:
            near = get_close_matches(name, KNOWN, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            yield f"There is no setting {name} (from {item.origin}); it is ignored.{hint}"
