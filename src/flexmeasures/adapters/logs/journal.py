"""Set up logging: one line per event, key and value, with what is bound to the request or job."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import structlog
from structlog.typing import Processor

from flexmeasures.adapters.logs.file import SharedLogFile

FILE = "flexmeasures.log"
# these tell too much at INFO and DEBUG, or put it on the terminal
QUIET = ("sqlalchemy", "rq.worker", "rq.scheduler", "werkzeug", "asyncio", "alembic")

SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
)


def set_up_logging(level: int, folder: Path) -> None:
    """Send all messages of a level or above to the log file, and warnings to the terminal too.

    Args:
        level: Of Python's ``logging``.
        folder: Where the log file is; without the right to write there, the terminal gets everything.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(max(level, logging.WARNING))
    root = logging.getLogger()
    root.handlers = [terminal]
    root.setLevel(level)
    try:
        root.addHandler(_log_file(folder))
    except OSError as error:
        terminal.setLevel(level)
        structlog.get_logger(__name__).warning("There is no log file.", folder=str(folder), error=str(error))
    for handler in root.handlers:
        handler.setFormatter(_formatter())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _log_file(folder: Path) -> logging.Handler:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / FILE).touch(mode=0o600)
    return SharedLogFile(folder / FILE)


def _formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.KeyValueRenderer(
                key_order=["timestamp", "level", "event", "logger"], drop_missing=True
            ),
        ],
    )
