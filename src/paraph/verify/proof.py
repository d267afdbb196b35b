"""Verification of a proof that a node contradicted itself.

Integrity: are both statements the accused's word in this dossier, and do they exclude each other? Trust: is one of the
accused's cards known to the caller? Without that the keys on it could be anybody's. Like the other
verifiers this one reads no file, opens no connection, knows no clock and does not raise on bad evidence.

    report = verify_proof(data, path="proof.json", anchors=TrustAnchors.load([card]))

Source: docs/spec/proof.md.
"""

from __future__ import annotations

from typing import Final

from paraph.domain.language import nearest
from paraph.errors import FormatError
from paraph.verify.anchors import TrustAnchors
from paraph.verify.codes import CODES
from paraph.verify.proof_codes import PROOF_CODES
from paraph.verify.verdict import FileReport, Finding, SignatureReport, Verdict, worst
from paraph.wire.card import PeerCard
from paraph.wire.proof import ProvedLie, Statement, check_proof, read_proof
from paraph.wire.proof.checking import Contradiction, StatementKind

__all__ = ["LIMITS_OF_A_PROOF", "accusation", "verify_proof"]

KIND: Final = "proof"

_MOST_WORDS: Final = 120
"""Characters of a name or a title that are shown in a finding."""

LIMITS_OF_A_PROOF: Final = (
    "It does not prove who sat at the node, nor that anybody meant to deceive: a node that was restored from an old "
    "backup without its guard, or whose keys were stolen, contradicts itself too. Ask its officers"
)


def verify_proof(data: bytes, *, path: str, anchors: TrustAnchors) -> FileReport:
    """Verify a proof.

    Args:
        data: The file.
        path: Its name, for the report only.
        anchors: Whom the caller trusts; of these only the peer cards count.

    Returns:
        The report. It passes if the accused, known to the caller by a card, contradicted itself; its two signatures are
        those of the statements. Whatever the bytes are, there is one.
    """
    try:
        proved = check_proof(read_proof(data))
    except FormatError as error:
        code = error.code if error.code in PROOF_CODES else "proof-format"
        return _report(path, [_finding(code, error.message)], Verdict.PASS)
    except Exception as error:  # noqa: BLE001 - a verdict is owed for any bytes; tests see that this never happens
        message = f"the verifier failed ({type(error).__name__}: {error}); please report this"
        return _report(path, [_finding("verifier-fault", message)], Verdict.PASS)
    findings = [
        _finding("proof-holds", f"This proves that {accusation(proved)}."),
        _finding("proof-reach", f"{LIMITS_OF_A_PROOF}."),
    ]
    trust = Verdict.PASS
    if not anchors.certificates and not anchors.cards:
        trust = Verdict.INDETERMINATE
        findings.append(
            _finding("no-trust-anchor", f"no card of {proved.accused} is given with --trust, nor any other")
        )
    elif not _is_known(proved, anchors):
        trust = Verdict.INDETERMINATE
        message = (
            f"no card given with --trust is one of {proved.accused}: the keys on its card could be anybody's"
        )
        findings.append(_finding("proof-card-untrusted", message))
    return _report(path, findings, trust, proved)


def accusation(proved: ProvedLie) -> str:
    """Say in plain words what a proof proves: “the node of … signed two different …”."""
    who = f"the node of {_name(proved.cards[0])} ({proved.accused})"
    first, second = proved.first, proved.second
    where = f"in dossier {proved.dossier[:12]}… (“{_title(proved)}”)"
    if proved.contradiction is Contradiction.PLACE:
        what = f"two different acts as its act number {first.place}: {first.says} and {second.says}"
    elif proved.contradiction is Contradiction.ENVELOPES:
        what = f"its act number {first.place} twice, with two different envelopes: {first.says}"
    elif proved.contradiction is Contradiction.ROOTS:
        what = f"two different orders of the first {first.place} acts {_as(first)}: roots {first.says} and {second.says}"
    else:
        what = (
            f"two different beginnings of the log {_as(first)}: root {first.says} for the first {first.place} acts, "
            f"and a log of {second.place} acts, root {second.says}, that begins otherwise"
        )
    return f"{who} signed {what} {where}"


def _as(statement: Statement) -> str:
    return "as cosigner" if statement.kind is StatementKind.COSIGNATURE else "as the node that orders them"


def _name(card: PeerCard) -> str:
    return _shown(card.names[nearest(card.names)].formal)


def _title(proved: ProvedLie) -> str:
    title = proved.opening.title
    return _shown(title[nearest(title.keys())])


def _shown(words: str) -> str:
    """Words of the accused, or of whoever opened the dossier, so that they cannot pass for ours."""
    printable = "".join(char if char.isprintable() else " " for char in words)
    return printable if len(printable) <= _MOST_WORDS else f"{printable[:_MOST_WORDS]}…"


def _is_known(proved: ProvedLie, anchors: TrustAnchors) -> bool:
    """Whether the caller trusts a card of the same party with the same signature keys, whatever else it says."""
    own = {card.key_id for card in proved.cards}
    return any(card.party == proved.accused and card.key_id in own for card in anchors.cards)


def _finding(code: str, message: str) -> Finding:
    rule = PROOF_CODES.get(code) or CODES[code]
    return Finding(code=code, severity=rule.severity, where="", message=message)


def _report(
    path: str, findings: list[Finding], trust: Verdict, proved: ProvedLie | None = None
) -> FileReport:
    rules = [PROOF_CODES.get(finding.code) or CODES[finding.code] for finding in findings]
    verdict = worst([trust, *(rule.verdict for rule in rules)])
    signatures: tuple[SignatureReport, ...] = ()
    if proved is not None:
        named = (("first", proved.first), ("second", proved.second))
        signatures = tuple(_signature(field, proved, one, trust) for field, one in named)
    return FileReport(path=path, kind=KIND, verdict=verdict, findings=tuple(findings), signatures=signatures)


def _signature(field: str, proved: ProvedLie, statement: Statement, trust: Verdict) -> SignatureReport:
    of = "act number" if statement.kind is StatementKind.ACT else f"{statement.kind} of size"
    return SignatureReport(
        field=field,
        signer=proved.accused,
        verdict=trust,
        integrity=Verdict.PASS,
        trust=trust,
        covers=f"{of} {statement.place}",
        signed_at=statement.time,
        time_source="claimed" if statement.time else "none",
        level="none",
    )
