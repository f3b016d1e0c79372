"""Mails of the login: told where they cannot be sent."""

from __future__ import annotations

import structlog
from flask_security import MailUtil

from flexmeasures.domain.errors import ServiceUnavailable

NOTICES = frozenset({"reset_notice", "change_notice"})
"""Mails about what was done already: it stays done if they cannot be sent."""

log = structlog.get_logger()


class Mails(MailUtil):
    """Sends mails as Flask-Security does, and says in words of the platform when it cannot."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: object,
    ) -> None:
        """Send a mail.

        Raises:
            ServiceUnavailable: the mail server does not answer, and the mail is needed to go on.
        """
        try:
            super().send_mail(template, subject, recipient, sender, body, html, **kwargs)
        except OSError as error:
            if template.rpartition("/")[2] in NOTICES:
                log.warning("A notice could not be mailed.", notice=template, reason=str(error))
                return
            raise ServiceUnavailable("The mail server does not answer; nothing was changed.") from error
