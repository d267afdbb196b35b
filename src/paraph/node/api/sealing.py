"""Secrets of webhooks as they lie in the database: sealed, with a key that is not in it.

A node has to know them to sign with them, so no digest would do. The key comes from ``keys/web-secret`` in the node's home,
which backups without keys leave out: who reads such a backup, or the database alone, cannot speak to receivers as this node.
"""

from __future__ import annotations

import base64
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from paraph.errors import LocalActError

__all__ = ["seal", "unseal"]

INFO: Final = b"paraph webhook secrets 1"
"""Keeps this key apart from the others that are made from the same secret: Django signs sessions with it."""

NONCE_BYTES: Final = 12
"""Source: NIST SP 800-38D § 8.2.2; a random one serves for far more webhooks than anybody has."""


def seal(secret: str, url: str) -> str:
    """Seal the secret of an address: moved to another address in the database, it opens no more."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + _cipher().encrypt(nonce, secret.encode(), url.encode())).decode("ascii")


def unseal(sealed: str, url: str) -> str:
    """The secret again.

    Raises:
        LocalActError: ``webhook-sealed`` if it was sealed with another key or for another address, or was changed.
    """
    try:
        data = base64.b64decode(sealed, validate=True)
        return _cipher().decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], url.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise LocalActError(
            "webhook-sealed",
            "the secret of this webhook cannot be opened with keys/web-secret of this node: end it, and make another one",
        ) from error


def _cipher() -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=INFO).derive(settings.SECRET_KEY.encode()))
