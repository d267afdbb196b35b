"""Every finding code about proofs of a contradiction, beside those that all kinds of files share (``codes.py``).

docs/spec/proof.md lists the same codes; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

from paraph.verify.codes import Aspect, Code
from paraph.verify.verdict import Verdict

__all__ = ["PROOF_CODES"]

_I, _T = Aspect.INTEGRITY, Aspect.TRUST


def _fail(meaning: str) -> Code:
    return Code(aspect=_I, verdict=Verdict.FAIL, severity="error", meaning=meaning)


def _told(meaning: str) -> Code:
    return Code(aspect=_I, verdict=Verdict.PASS, severity="info", meaning=meaning)


PROOF_CODES: Mapping[str, Code] = {
    # --- what keeps a file from being a proof
    "proof-size": Code(
        aspect=_I,
        verdict=Verdict.INDETERMINATE,
        severity="warning",
        meaning="The file exceeds the size limit and was not read.",
    ),
    "proof-format": _fail("The file is not a proof: a member is missing, unknown or written in another way."),
    "proof-opening": _fail("The dossier is not named after the opening act."),
    "proof-card": _fail(
        "A card is not the accused's, cannot be read, or is not the one that the opening act pins."
    ),
    "proof-renewal": _fail("A later card was not brought into force by the accused's own act."),
    "proof-statement": _fail("A statement cannot be read, or is not the accused's word in this dossier."),
    "proof-unproven": _fail("The two statements may both be honest."),
    # --- trust
    "proof-card-untrusted": Code(
        aspect=_T,
        verdict=Verdict.INDETERMINATE,
        severity="warning",
        meaning="The caller trusts none of the accused's cards.",
    ),
    # --- what a proof says
    "proof-holds": _told("What is proved."),
    "proof-reach": _told("What is not proved."),
}
