"""Recovery codes: for whoever has no passkey at hand any more. Each lets a person register a new passkey, once, and nothing else."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from django.db import transaction

from paraph.node.people.models import Officer, RecoveryCode
from paraph.node.web.host import host

__all__ = ["CODES", "find_code", "new_codes", "remaining", "use_code"]

CODES: Final = 10

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O, U: nobody mistakes one for another on paper. Source: Crockford, Base 32."""

MISTAKEN: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})

GROUPS: Final = 4
GROUP: Final = 4
"""Sixteen letters, 80 bits: a digest of that cannot be turned back, and needs no salt."""


def new_codes(officer: Officer) -> tuple[str, ...]:
    """Make codes; those made before are worth nothing any more. They are shown once and kept as digests."""
    codes = tuple(
        "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
        for _ in range(CODES)
    )
    with transaction.atomic():
        RecoveryCode.objects.filter(officer=officer).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(officer=officer, digest=_digest(code)) for code in codes
        )
    return codes


def find_code(code: str) -> RecoveryCode | None:
    """The code, if it can be used: by somebody who works here."""
    rows = RecoveryCode.objects.select_related("officer").filter(digest=_digest(code), used_at="")
    return rows.filter(officer__active=True).first()


def use_code(code: RecoveryCode) -> bool:
    """Use a code up; whether it was still there to be used."""
    return bool(RecoveryCode.objects.filter(pk=code.pk, used_at="").update(used_at=host().node.clock.now()))


def remaining(officer: Officer) -> int:
    """How many codes an officer has left."""
    return RecoveryCode.objects.filter(officer=officer, used_at="").count()


def _digest(code: str) -> str:
    plain = code.strip().upper().translate(MISTAKEN)
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
