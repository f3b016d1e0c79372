"""Send mail by SMTP."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formataddr

from flexmeasures.domain.errors import ServiceUnavailable

PATIENCE = 20.0
"""With the mail server. [s]"""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends mail, and through which server.

    Attributes:
        host: Name of the server.
        port: Of SMTP there.
        use_tls: Whether to begin to encrypt after the greeting.
        use_ssl: Whether to encrypt from the start.
        username: Login name; none if the server asks for none.
        password: Password.
        sender: Shown name and address, or the address alone.
    """

    host: str
    port: int
    use_tls: bool = False
    use_ssl: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: tuple[str, str] | str = ("FlexMeasures", "no-reply@example.com")

    def send(self, recipients: Sequence[str], subject: str, text: str) -> None:
        """Send a mail.

        Raises:
            ServiceUnavailable: the server does not take it.
        """
        message = EmailMessage()
        message["From"] = self.sender if isinstance(self.sender, str) else formataddr(self.sender)
        message["To"] = ", ".join(recipients)
        message["Subject"] = subject
        message.set_content(text)
        try:
            with self._connected() as server:
                if self.use_tls:
                    server.starttls()
                if self.username is not None:
                    server.login(self.username, self.password or "")
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise ServiceUnavailable(
                f"The mail server {self.host}:{self.port} does not take mail: {type(error).__name__}: {error}"
            ) from error

    def _connected(self) -> smtplib.SMTP:
        protocol = smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP
        return protocol(self.host, self.port, timeout=PATIENCE)
