"""The acts of a log, each by itself: read, signed by its author's node, in its author's order, in causal order.

What the acts mean together is the law's to say (``domain.dossier``); here it is established that everybody said what
is attributed to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from paraph.domain.acts import CardRenewed, DossierOpened
from paraph.domain.cards import check_succession
from paraph.domain.ids import Digest, PartyId
from paraph.errors import FormatError, LocalActError
from paraph.verify.attachments import AttachedBytes
from paraph.verify.container_contents import read_card
from paraph.verify.container_findings import ContainerFindings
from paraph.verify.log import ready
from paraph.wire.act import SealedAct, read_act
from paraph.wire.container.layout import attachment_name, envelope_name
from paraph.wire.envelope import verify
from paraph.wire.keys import NodePublicKeys

__all__ = ["check_acts"]


def check_acts(
    envelopes: Sequence[bytes], get: Callable[[Digest], bytes | None], findings: ContainerFindings
) -> tuple[tuple[SealedAct, ...], Mapping[PartyId, NodePublicKeys]] | None:
    """Check every act.

    Args:
        envelopes: In log order.
        get: Gives attachments.
        findings: Receives what is wrong.

    Returns:
        The acts, and the keys of every participant after the last act; None if they cannot be read as one dossier.
    """
    sealed: list[SealedAct] = []
    for position, envelope in enumerate(envelopes):
        try:
            sealed.append(read_act(envelope))
        except FormatError as error:
            findings.add("act-malformed", error.message, envelope_name(position))
            return None
    first = sealed[0].act if sealed else None
    if first is None or not isinstance(first.body, DossierOpened):
        findings.add("opening-invalid", "the first act does not open a dossier", envelope_name(0))
        return None
    keys = _keys(first.body, get, findings)
    feeds = _Feeds(dossier=str(first.id), cards={p.party: (p.card,) for p in first.body.participants})
    attached = AttachedBytes(get, lambda digest: get(digest) is not None)
    for position, one in enumerate(sealed):
        _check(one, position, keys, feeds, findings)
        feeds.counts[one.act.author] = feeds.counts.get(one.act.author, 0) + 1
        feeds.previous[one.act.author] = one.act.id
        _follow(one, keys, feeds, attached)
    return tuple(sealed), keys


@dataclass(slots=True, kw_only=True)
class _Feeds:
    """What came before an act: of which dossier, how many acts and which cards of each author, and the last act of each."""

    dossier: str
    cards: dict[PartyId, tuple[Digest, ...]]
    counts: dict[PartyId, int] = field(default_factory=dict)
    previous: dict[PartyId, str] = field(default_factory=dict)


def _keys(
    body: DossierOpened, get: Callable[[Digest], bytes | None], findings: ContainerFindings
) -> dict[PartyId, NodePublicKeys]:
    keys: dict[PartyId, NodePublicKeys] = {}
    for participant in body.participants:
        where = attachment_name(participant.card)
        data = get(participant.card)
        if data is None:
            findings.add("card-invalid", f"the card of {participant.party} is missing", where)
            continue
        try:
            card = read_card(data)
        except FormatError as error:
            findings.add("card-invalid", error.message, where)
            continue
        if card.party != participant.party:
            findings.add(
                "card-invalid", f"the card named for {participant.party} is that of {card.party}", where
            )
            continue
        keys[participant.party] = card.keys
    return keys


def _follow(
    sealed: SealedAct, keys: dict[PartyId, NodePublicKeys], feeds: _Feeds, attached: AttachedBytes
) -> None:
    """After a renewal every act of its author has to be signed by the new keys; one that does not count is void."""
    act = sealed.act
    if not isinstance(act.body, CardRenewed) or act.author not in keys:
        return
    try:
        check_succession(act.author, feeds.cards[act.author], act.body.card, attached.card)
    except LocalActError:
        return
    card = attached.card(act.body.card)
    assert card is not None  # it was just read
    feeds.cards[act.author] += (act.body.card,)
    keys[act.author] = card.keys


def _check(
    sealed: SealedAct,
    position: int,
    keys: Mapping[PartyId, NodePublicKeys],
    feeds: _Feeds,
    findings: ContainerFindings,
) -> None:
    act, where = sealed.act, envelope_name(position)
    if act.author not in keys:
        findings.add("act-stranger", f"{act.author} takes no part in this dossier", where)
        return
    try:
        verify(sealed.envelope, keys[act.author])
    except FormatError as error:
        findings.add("act-signature", error.message, where)
    if act.dossier != (feeds.dossier if position else ""):
        findings.add("act-dossier", "the act was made for another dossier", where)
    if act.author_seq != feeds.counts.get(act.author, 0) or act.author_prev != feeds.previous.get(
        act.author, ""
    ):
        findings.add(
            "act-chain", f"the act is not the next one of {act.author} after its previous one", where
        )
    elif not ready(act, feeds.counts):
        findings.add("act-order", f"{act.author} had seen acts that stand behind this one", where)
