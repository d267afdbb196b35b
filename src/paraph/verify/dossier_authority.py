"""On what authority each signatory signed (S2): checked by the rules, told here for whoever reads the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from paraph.domain.acts import Basis
from paraph.domain.ids import ActId, PartyId
from paraph.domain.standing import Powers
from paraph.verify.container_contents import ContainerContents
from paraph.verify.container_findings import ContainerFindings
from paraph.wire.container.layout import envelope_name

__all__ = ["tell_authority"]


def tell_authority(contents: ContainerContents, findings: ContainerFindings) -> None:
    """Say for each party who signed, by which office or full powers, and who verified them."""
    for signer in contents.plan.body.signers:
        for act, powers in _powers(contents, signer.party, signer.signatory):
            findings.add(
                "authority",
                f"{signer.signatory} signed for {signer.party} {_words(powers)}",
                _where(contents, act),
            )


def _powers(contents: ContainerContents, party: PartyId, signatory: str) -> Iterator[tuple[ActId, Powers]]:
    for act, powers in contents.standing.powers.items():
        if powers.party == party and powers.body.signatory == signatory:
            yield act, powers


def _words(powers: Powers) -> str:
    body = powers.body
    term = f"from {body.valid_from}" + (f" to {body.valid_until}" if body.valid_until else "")
    if body.basis is Basis.BY_OFFICE:
        return f"by office ({body.office}), {term}"
    verified = ", ".join(sorted(powers.verified))
    return f"with full powers {body.basis} ({body.office}), {term}, accepted by {verified}"


def _where(contents: ContainerContents, act: ActId) -> str:
    return next(envelope_name(n) for n, one in enumerate(contents.acts) if one.id == act)
