"""What a view of version 3.0 answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROCESSED: Mapping[str, str] = {"status": "PROCESSED", "message": "Request has been processed."}
_ACCEPTED = "Request has been accepted for processing."


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent.

    Attributes:
        body: As JSON; None for nothing.
        code: Of HTTP.
        pending: Whether there is more to tell soon.
    """

    body: object
    code: int = 200
    pending: bool = False

    @staticmethod
    def with_status(resource: Mapping[str, object], code: int = 200) -> Answer:
        """Return a resource as those services answer it that tell their status in the body."""
        return Answer({"status": code, **resource}, code)

    @staticmethod
    def accepted(job_id: str, key: str, results: str, code: int = 202) -> Answer:
        """Return that work was put off until later.

        Args:
            job_id: Of the job that does it.
            key: Under which older clients look for the id: ``schedule`` or ``forecast``.
            results: Path of the results.
            code: Of HTTP.
        """
        told = {
            "status": "ACCEPTED",
            "message": _ACCEPTED,
            key: job_id,
            "job": job_id,
            "job-url": f"/api/v3_0/jobs/{job_id}",
            "results-url": results,
        }
        return Answer(told, code)


NOTHING = Answer(None, 204)
