"""Every finding code about containers, beside those about the PDFs and signatures inside (``codes.py``).

docs/spec/container.md lists the same codes; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

from paraph.verify.codes import Aspect, Code
from paraph.verify.verdict import Severity, Verdict

__all__ = ["CONTAINER_CODES"]

_I, _T = Aspect.INTEGRITY, Aspect.TRUST


def _fail(aspect: Aspect, meaning: str) -> Code:
    return Code(aspect=aspect, verdict=Verdict.FAIL, severity="error", meaning=meaning)


def _open(aspect: Aspect, meaning: str) -> Code:
    return Code(aspect=aspect, verdict=Verdict.INDETERMINATE, severity="warning", meaning=meaning)


def _told(meaning: str, severity: Severity = "info") -> Code:
    return Code(aspect=_I, verdict=Verdict.PASS, severity=severity, meaning=meaning)


CONTAINER_CODES: Mapping[str, Code] = {
    # --- the archive and its members
    "archive-limit": _open(_I, "The archive or one of its parts exceeds a limit and was not read."),
    "archive-format": _fail(_I, "The file is not an archive with one directory at its end."),
    "archive-name": _fail(_I, "A member's name is unsafe or occurs twice."),
    "archive-mimetype": _fail(_I, "The first member is not the media type of an ASiC-E container."),
    "archive-bytes": _fail(_I, "The archive holds something besides its members, or a checksum is wrong."),
    "member-unknown": _fail(_I, "A member is there that no act asks for."),
    "member-missing": _fail(_I, "A member is missing that acts ask for."),
    "member-differs": _fail(_I, "A member is not what the acts make it."),
    "member-order": _fail(_I, "The members do not lie in the order of the format."),
    "guide-differs": _told("README.txt or VERIFY.txt is not as this version of Paraph writes it.", "warning"),
    # --- the seals
    "manifest-differs": _fail(_I, "A manifest does not list exactly the members with their digests."),
    "seal-missing": _open(_I, "A party has not sealed the container."),
    "seal-other-party": _open(_T, "A party's seal was not made under an authority that its card names."),
    "authority-shared": _told("Two parties are certified by one authority.", "warning"),
    # --- the acts
    "act-malformed": _fail(_I, "An act cannot be read."),
    "act-missing": _fail(_I, "The acts are not numbered from 0 without a gap."),
    "act-stranger": _fail(_I, "The author of an act takes no part in the dossier."),
    "act-signature": _fail(_I, "An act is not signed with both keys of its author's node."),
    "act-dossier": _fail(_I, "An act was made for another dossier."),
    "act-chain": _fail(_I, "An act does not follow the one before it in its author's feed."),
    "act-order": _fail(_I, "An act stands before something that its author had already seen."),
    "act-void": _told("An act had no effect, by the rules."),
    "opening-invalid": _fail(_I, "The first act does not open a dossier."),
    "card-invalid": _fail(_I, "A participant's card is missing, damaged or of somebody else."),
    "attachment-digest": _fail(_I, "An attachment is not what its name says."),
    "attachment-missing": _fail(_I, "Bytes that an act names are missing."),
    # --- the log
    "checkpoint-malformed": _fail(_I, "The checkpoint cannot be read."),
    "checkpoint-dossier": _fail(_I, "The checkpoint is of another dossier."),
    "checkpoint-size": _fail(_I, "The checkpoint is over another number of acts."),
    "checkpoint-root": _fail(_I, "The checkpoint is over other acts."),
    "checkpoint-signature": _fail(_I, "The checkpoint is not signed by the node that orders the log."),
    "cosignature-invalid": _fail(_I, "A signature below the checkpoint does not hold or is a stranger's."),
    "not-final": _open(_I, "A party has not cosigned the checkpoint: the acts are not final."),
    # --- what the acts amount to
    "not-concluded": _open(_I, "The package is not concluded."),
    "package-part": _told("The dossier has more instruments than this package."),
    "release-missing": _fail(_I, "The plan has a mediator, and there is no release."),
    "release-order": _open(_T, "A deposited signature is later than the release, by their time stamps."),
    "no-mediator": _told("The signatures were exchanged without a mediator."),
    "authority": _told("On what authority a signatory signed."),
    # --- approvals by passkey
    "approval": _told("With which passkey a signatory approved his or her signatures."),
    "approval-missing": _told("A signatory signed without the approval of a passkey; none was presented."),
    "approval-void": _told("An approval had no effect, and another one took its place."),
    "approval-format": _fail(_I, "An approval cannot be read."),
    "approval-key": _fail(_I, "The public key of a passkey cannot be read."),
    "approval-challenge": _fail(_I, "What a passkey approved is not what its party says was approved."),
    "approval-origin": _fail(
        _I, "An approval was given on other pages, or under another name, than was presented."
    ),
    "approval-flags": _fail(
        _I, "An authenticator did not make sure of its owner when an approval was given."
    ),
    "approval-signature": _fail(_I, "The signature of an approval does not hold."),
    "approval-unknown": _fail(
        _I, "An approval is of nothing that was prepared, or with no passkey presented."
    ),
    # --- the originals
    "original-base": _fail(_I, "An original does not begin with the bytes that every party engrossed."),
    "original-replay": _fail(_I, "The recorded steps of an original cannot be taken."),
    "original-differs": _fail(_I, "An original is not what its recorded steps lead to."),
    "original-receipt": _fail(_I, "An original is not the one that was sealed and received."),
    "original-signer": _fail(_I, "A signature was made with another certificate than planned."),
    "original-other-party": _open(
        _T, "A signatory's certificate was not issued under an authority that the party's card names."
    ),
    "original-authority": _open(
        _T, "A signatory had no authority at the instant that is proved for the signature."
    ),
    "original-instant": _open(
        _T, "The instant of a signature is not proved, or is not the one that its act states."
    ),
    "original-policy": _open(_I, "A signature does not name the policy that the plan fixed."),
    "original-text": _fail(_I, "The agreed text is not attached to an original."),
}
