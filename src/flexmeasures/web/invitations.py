"""Tell new users that they may come in."""

from __future__ import annotations

from flask import current_app
from flask_mailman import EmailMessage
from flask_security.recoverable import generate_reset_link

from flexmeasures.domain.accounts import Login
from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.web.login import Visitor


def send_invitation(login: Login) -> None:
    """Send a new user the link with which they choose a password.

    Raises:
        ServiceUnavailable: the mail server does not answer.
    """
    link, _ = generate_reset_link(Visitor(login))  # type: ignore[no-untyped-call]  # has no types
    platform = current_app.config.get("FLEXMEASURES_PLATFORM_NAME", "FlexMeasures")
    text = f"You can log in to {platform} as {login.user.email}. Choose your password at {link}"
    mail = EmailMessage(f"Welcome to {platform}", text, to=[login.user.email])
    try:
        mail.send()
    except OSError as error:
        raise ServiceUnavailable(
            "The mail server does not answer; nothing was changed. Give the user a password yourself."
        ) from error
