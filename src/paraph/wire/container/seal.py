"""A party's seal on a container: a detached CAdES signature by its organisation over its manifest.

Unlike the signatures in originals it states a signing time, as the baseline of CAdES asks: there is no other place
for one.

Source: ETSI EN 319 122-1 V1.3.1, 5.2.1 and 6.3 (B-B, B-T); RFC 5652, 11.3; docs/spec/container.md §4.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from paraph.domain.ids import Utc, check_utc
from paraph.wire import der, oids
from paraph.wire.cms import SignerProfile, to_be_signed

__all__ = ["seal_attributes"]

_UTC_TIME_UNTIL: Final = "2050"
"""Years before it are written as UTCTime (RFC 5652, 11.3)."""


def seal_attributes(profile: SignerProfile, manifest: bytes, at: Utc) -> bytes:
    """Encode the signed attributes of a seal, for :func:`paraph.wire.cms.assemble`.

    Args:
        profile: Who seals.
        manifest: The manifest.
        at: The sealing node's clock.

    Returns:
        The DER ``SET OF Attribute`` over which the key signs.

    Raises:
        FormatError: As ``to_be_signed``, and ``utc``.
    """
    digest = hashlib.new(profile.digest, manifest).digest()
    attributes = [item.raw for item in der.read(to_be_signed(profile, digest, commitment=None)).children()]
    attributes.append(der.sequence(der.oid(oids.SIGNING_TIME), der.tlv(der.SET, _time(check_utc(at)))))
    return der.set_of(attributes)


def _time(at: Utc) -> bytes:
    digits = re.sub(r"[^0-9]", "", at)
    if at < _UTC_TIME_UNTIL:
        return der.tlv(der.UTC_TIME, f"{digits[2:]}Z".encode("ascii"))
    return der.tlv(der.GENERALIZED_TIME, f"{digits}Z".encode("ascii"))
