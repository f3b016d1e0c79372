"""When somebody logged in last: on a page, or a programme in their name."""

from __future__ import annotations

from flask import Flask
from flask_security.signals import user_authenticated

from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.login import Visitor


def note_arrivals(app: Flask, platform: Platform, logins: LoginStore) -> None:
    """Keep the time of each login to an application, on the platform's clock."""

    def note(_: Flask, user: Visitor, **__: object) -> None:
        with platform.transaction():
            logins.arrive(user.id, platform.now())

    user_authenticated.connect(note, app, weak=False)
