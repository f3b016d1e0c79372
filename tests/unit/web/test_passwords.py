from flask import Flask
from flask_security import verify_password
from hypothesis import given, settings
from hypothesis import strategies as st

from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import QUICK, SALT
from flexmeasures.web.auth import set_up_login
from flexmeasures.web.passwords import hash_password

APP = Flask("passwords")
APP.config.update(SECRET_KEY="secret", SECURITY_PASSWORD_SALT=SALT)
set_up_login(APP, MemoryLogins(Tables()))


@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=100))
@settings(max_examples=20, deadline=None)
def test_the_login_accepts_what_is_hashed_without_it(password: str) -> None:
    with APP.app_context():
        assert verify_password(password, hash_password(password, SALT, QUICK))
        assert not verify_password(f"{password} ", hash_password(password, SALT, QUICK))


def test_hashes_are_of_bcrypt_at_full_cost() -> None:
    assert hash_password("secret", SALT).startswith("$2b$12$")
