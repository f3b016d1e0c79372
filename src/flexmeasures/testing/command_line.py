"""The command ``flexmeasures`` on a platform in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner, Result

from flexmeasures.cli.root import root
from flexmeasures.domain.errors import FlexMeasuresError, InvalidSetting
from flexmeasures.settings.schema import Settings
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.ports.weather import WeatherService


@dataclass(slots=True)
class MemoryProgram:
    """What commands get: those parts that a platform in memory can have.

    Attributes:
        memory: The platform.
        settings: All defaults.
        workers: Queues and name of each worker that was started.
        done: Ids of the jobs that were to be done here and now.
        mails: Recipients, subject and text of each mail that was to be sent.
        weather_service: Tells the weather.
        folder: The instance folder.
    """

    memory: Platform
    settings: Settings = field(default_factory=lambda: Settings.model_validate({"others": {}}))
    workers: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    mails: list[tuple[tuple[str, ...], str, str]] = field(default_factory=list)
    weather_service: WeatherService | None = None
    folder: Path = Path()

    def platform(self) -> Platform:
        """Return all that use cases may touch."""
        return self.memory

    def hashed(self, password: str) -> str:
        """Return a password as tests recognise it."""
        return f"hash of {password}"

    def weather(self) -> WeatherService:
        """Return the weather service that the test has set.

        Raises:
            InvalidSetting: it has set none.
        """
        if self.weather_service is None:
            raise InvalidSetting("No weather service is set.")
        return self.weather_service

    def instance(self) -> Path:
        """Return the folder that the test has set, or the working directory."""
        return self.folder

    def place(self) -> str:
        """Return where the data are."""
        return "the memory"

    def work(self, queues: Sequence[str], name: str) -> None:
        """Note that a worker was started."""
        self.workers.append((tuple(queues), name))

    def mail(self, recipients: Sequence[str], subject: str, text: str) -> None:
        """Note that a mail was to be sent."""
        self.mails.append((tuple(recipients), subject, text))

    def do(self, job_id: str) -> None:
        """Note that a job was to be done."""
        self.done.append(job_id)


class CommandLine:
    """Runs commands on a platform in memory.

    Attributes:
        program: What the commands get.
    """

    def __init__(self, platform: Platform) -> None:
        self.program = MemoryProgram(platform)

    @property
    def platform(self) -> Platform:
        """The platform that commands work on."""
        return self.program.memory

    def run(self, *words: str, say: str = "") -> Result:
        """Run a command and return what became of it.

        Args:
            words: As they are typed after ``flexmeasures``.
            say: What is typed into it then.
        """
        return CliRunner().invoke(root, words, obj=self.program, input=say)

    def says(self, *words: str, say: str = "") -> str:
        """Run a command that is to succeed and return what it says."""
        result = self.run(*words, say=say)
        if result.exit_code != 0:
            raise AssertionError(f"{words} failed: {result.output}") from result.exception
        return result.output

    def refusal(self, *words: str, say: str = "") -> str:
        """Run a command that is to fail and return the reason that it gives."""
        result = self.run(*words, say=say)
        if result.exit_code == 0:
            raise AssertionError(f"{words} succeeded: {result.output}")
        match result.exception:
            case FlexMeasuresError() as error:
                return str(error)
            case SystemExit():
                return result.output
            case error:
                raise AssertionError(f"{words} broke down: {result.output}") from error
