"""What Flask-Security knows of users: views on logins that are kept elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask_security import RoleMixin, UserMixin
from flask_security.datastore import Datastore, UserDatastore

from flexmeasures.domain.accounts import Login, User
from flexmeasures.usecases.ports.accounts import LoginStore


@dataclass(eq=False)
class HeldRole(RoleMixin):
    """A role by its name."""

    name: str
    permissions: list[str] | None = None


class Visitor(UserMixin):
    """A login, with the attributes that Flask-Security reads and sets."""

    fs_uniquifier: str = ""

    def __init__(self, login: Login) -> None:
        """Show a login to Flask-Security."""
        self.login = login
        self.id = login.user.id
        self.email = login.user.email
        self.username = login.user.username
        self.active = login.user.active
        self.roles = [HeldRole(name) for name in sorted(login.user.roles)]
        self.password: str = login.password_hash
        self.fs_uniquifier = login.uniquifier

    @property
    def user(self) -> User:
        """The user who visits."""
        return self.login.user

    def changed(self) -> Login:
        """Return the login with what was set meanwhile."""
        return replace(
            self.login,
            user=replace(self.login.user, active=self.active),
            password_hash=self.password,
            uniquifier=self.fs_uniquifier,
        )


class Visitors(Datastore, UserDatastore):
    """Finds and keeps logins for Flask-Security."""

    def __init__(self, logins: LoginStore) -> None:
        """Look logins up in a store."""
        UserDatastore.__init__(self, Visitor, HeldRole)
        self._logins = logins

    def find_user(self, case_insensitive: bool = False, **by: object) -> Visitor | None:  # noqa: ARG002, FBT001, FBT002 - as Flask-Security calls it; emails are the same in any case
        """Return the visitor by ``email``, ``id`` or ``fs_uniquifier``."""
        name, value = next(iter(by.items()))
        text = str(value)
        if "\x00" in text:
            return None
        if name == "id":
            login = self._logins.by_id(int(text)) if text.isdecimal() else None
        elif name == "email":
            login = self._logins.by_email(text)
        else:
            login = self._logins.by_uniquifier(text)
        return Visitor(login) if login else None

    def find_role(self, role: str) -> HeldRole:
        """Return a role by its name."""
        return HeldRole(role)

    def put(self, model: Visitor) -> Visitor:
        """Keep what was set on a visitor."""
        self._logins.save(model.changed())
        return model
