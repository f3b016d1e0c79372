"""Ask people, or scripts, what a command cannot know."""

from __future__ import annotations

import sys

import click


def password() -> str:
    """Ask twice for a password; without a terminal, read it from two lines of standard input.

    Raises:
        click.ClickException: the two differ.
        click.Abort: nobody answers.
    """
    first = _secret("Please enter the password")
    if first != _secret("Please repeat the password"):
        raise click.ClickException("Passwords do not match!")
    return first


def confirm(question: str, *, force: bool) -> None:
    """Go on only if somebody agrees, or has agreed before.

    Args:
        question: What is at stake.
        force: Whether to go on without asking.

    Raises:
        click.Abort: nobody does.
    """
    if not force:
        click.confirm(question, abort=True)


def _secret(prompt: str) -> str:
    if sys.stdin.isatty():
        answer: str = click.prompt(prompt, hide_input=True)
        return answer
    click.echo(f"{prompt}:")
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line.rstrip("\r\n")
