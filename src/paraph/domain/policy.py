"""The signature policy that every PAdES signature of a Paraph exchange names, and its exact text.

The policy is the legal half of the exchange: it says when a signature made here expresses consent. Its
digest stands in each signature (CAdES signature-policy-identifier) and its text in each dossier.

Source: ETSI EN 319 122-1 §5.2.9 (signature-policy-identifier); OID under ITU-T X.667 (2.25, a UUID).
"""

from __future__ import annotations

import hashlib
from typing import Final

from paraph.domain.ids import Digest

__all__ = ["POLICY_DIGEST", "POLICY_OID", "POLICY_TEXT"]

POLICY_OID: Final = "2.25.213984117606418345217845962403870013541"
"""Names this text and no other; a changed text gets another identifier."""

POLICY_TEXT: Final = b"""PARAPH EXCHANGE POLICY, VERSION 1

1. A signature that names this policy was made on the exact bytes of an original whose text every
   party had initialled, and inside a dossier whose acts every party holds.
2. Until the exchange is released, the signature is deposited and expresses no consent. A signature
   obtained otherwise than through the release, or through the reveal that the signing plan provides
   where there is no mediator, is void between the parties.
3. With the release, each party consents to be bound, or politically committed, as the instrument
   itself declares, by the first signatures on all originals together. The originals, each signed first
   by the party that keeps it, are counterparts which together are one instrument.
4. Countersignatures, seals and receipts record the completion of the originals. Refusing them does not
   undo the release.
5. Whether the signatory had authority, and what the instrument means in law, is for the parties. This
   policy asserts neither.
"""

POLICY_DIGEST: Final = Digest(hashlib.sha256(POLICY_TEXT).hexdigest())
