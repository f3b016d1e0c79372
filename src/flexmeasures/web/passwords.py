"""Hashes of passwords, as the login checks them; needs no web application."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata

import bcrypt

COST = 12
"""Binary logarithm of the rounds: a hash takes about a quarter of a second."""

_BCRYPT_LENGTH = 72


def hash_password(password: str, salt: str, cost: int = COST) -> str:
    """Return the bcrypt hash of a password that was mixed with the salt of the platform.

    Args:
        password: As typed.
        salt: ``SECURITY_PASSWORD_SALT``, or ``SECRET_KEY`` where that is not set.
        cost: Binary logarithm of the rounds.
    """
    typed = unicodedata.normalize("NFKD", password).encode()
    mixed = base64.b64encode(hmac.new(salt.encode(), typed, hashlib.sha512).digest())
    return bcrypt.hashpw(mixed[:_BCRYPT_LENGTH], bcrypt.gensalt(cost)).decode()
