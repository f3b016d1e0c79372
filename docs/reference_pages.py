"""Writes those pages of the reference that tell what the code says of itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click
from rest_page import rest_page
from service_pages import services_page

from flexmeasures.cli.root import COMMANDS
from flexmeasures.domain import errors
from flexmeasures.domain.errors import FlexMeasuresError
from flexmeasures.plugins import hookspecs
from flexmeasures.settings.schema import Settings
from flexmeasures.web.errors import ANSWERS


def write_pages(folder: Path) -> None:
    """Write all generated pages into a folder; what has not changed is left alone."""
    folder.mkdir(exist_ok=True)
    pages = {
        "settings": settings_page(),
        "cli": cli_page(),
        "services": services_page(),
        "rest": rest_page(),
        "errors": errors_page(),
        "hooks": hooks_page(),
    }
    for name, text in pages.items():
        file = folder / f"{name}.md"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def settings_page() -> str:
    """Return the page of all settings: name, type, default and meaning, by subject."""
    return "\n".join(_settings())


def _settings() -> Iterator[str]:
    yield "# Settings\n"
    yield "How to give them: {doc}`/how-to/configure`.\n"
    for part in reversed(Settings.__mro__):
        own = [name for name in inspect.get_annotations(part) if name.isupper()]
        if own:
            yield f"## {part.__name__}\n\n{inspect.getdoc(part)}\n"
        for name in own:
            field = Settings.model_fields[name]
            yield f"### {name}\n\n{field.description}\n"
            yield f"Type: `{_type_name(field.annotation)}`. Default: `{field.default!r}`.\n"


def _type_name(annotation: object) -> str:
    """Return a type as people write it."""
    name = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    if isinstance(annotation, type) and str(annotation).startswith(("dict", "tuple", "list")):
        name = str(annotation)
    return name.replace("typing.", "").replace("datetime.", "")


def cli_page() -> str:
    """Return the page of all commands."""
    return "\n".join(_commands())


def _commands() -> Iterator[str]:
    yield "# Command line\n"
    yield "Each command answers `--help` as well.\n"
    for name, entry in COMMANDS.items():
        if not entry.hidden:
            yield from _command(entry.load(), f"flexmeasures {name}", depth=2)


def _command(command: click.Command, path: str, depth: int) -> Iterator[str]:
    """Yield what is to be said of a command and of those that belong to it."""
    yield f"{'#' * depth} {path}\n"
    yield f"{inspect.cleandoc(command.help or '').split(chr(12))[0]}\n"
    for parameter in command.params:
        yield from _parameter(parameter)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _command(child, f"{path} {name}", depth=3)


def _parameter(parameter: click.Parameter) -> Iterator[str]:
    if isinstance(parameter, click.Option):
        if parameter.hidden:
            return
        names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
        needed = " Required." if parameter.required else ""
        yield f"{names}\n: {parameter.help or ''}{needed}\n"
    else:
        yield f"`{parameter.human_readable_name}`\n: {'Required.' if parameter.required else 'Optional.'}\n"


def errors_page() -> str:
    """Return the page of all errors."""
    return "\n".join(_errors())


def _errors() -> Iterator[str]:
    yield "# Errors\n"
    yield "Every error says what is wrong, with which thing, and what was expected.\n"
    yield "| Error | Meaning | Status word | HTTP |\n|---|---|---|---|"
    for error in error_classes():
        answer = next(ANSWERS[kind] for kind in error.__mro__ if kind in ANSWERS)
        yield f"| {error.__name__} | {inspect.getdoc(error)} | `{answer.word}` | {answer.code} |"


def error_classes() -> list[type[FlexMeasuresError]]:
    """Return all own errors, in the order in which they are defined."""
    return [
        thing
        for thing in vars(errors).values()
        if isinstance(thing, type) and issubclass(thing, FlexMeasuresError) and thing is not FlexMeasuresError
    ]


def hooks_page() -> str:
    """Return the page of what plug-ins can offer."""
    return "\n".join(_hooks())


def _hooks() -> Iterator[str]:
    yield "# Hooks for plug-ins\n"
    yield "How to write one: {doc}`/how-to/extend`.\n"
    for name, hook in hook_functions().items():
        yield f"## {name}\n\n{inspect.getdoc(hook)}\n"
        yield f"```python\n@hookimpl\ndef {name}{inspect.signature(hook)}: ...\n```\n"


def hook_functions() -> dict[str, object]:
    """Return all hooks by name."""
    return {name: thing for name, thing in vars(hookspecs).items() if hasattr(thing, "flexmeasures_spec")}
