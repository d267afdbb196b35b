"""``paraph node renew`` on a home: new keys are durable first, and whatever was interrupted is finished."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.adapters.store.home import NodeHome
from paraph.app.authoring import open_dossier
from paraph.app.peers import add_peer, confirm_words, words_with
from paraph.bootstrap import identity, renewing
from paraph.bootstrap.identity import alone, identities, pending_reason, running
from paraph.bootstrap.initial import init_node
from paraph.bootstrap.opening import open_node
from paraph.bootstrap.renewing import renew_node
from paraph.domain.acts import SUITE, CardRenewed, DossierOpened, Participant, Role
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.domain.language import ByLanguage
from paraph.errors import LocalActError, PermanentError
from paraph.wire.act import read_act
from paraph.wire.card import CardName, card_digest, unpack_card
from paraph.wire.renewal import read_renewals
from tests.support.lies import plain_card

NORTH, SOUTH = PartyId("north"), PartyId("south")


class StopError(Exception):
    """The machine stops here."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "north"
    init_node(
        folder,
        party=NORTH,
        role="party",
        names={"en": CardName(formal="North", short="North", in_title="North")},
        host="127.0.0.1",
        port=7400,
        now=Utc("2026-03-02T09:00:00Z"),
        demo=None,
    )
    return folder


def open_one(home: Path) -> DossierId:
    """A dossier with a peer that never answers."""
    opened = open_node(home)
    try:
        node = opened.node
        other = plain_card("south", generate_node_keys(), valid_until=Utc("2041-02-01T12:00:00Z"))
        add_peer(node, other)
        confirm_words(node, SOUTH, words_with(node, SOUTH), ("one", "other"))
        cards = ((NORTH, card_digest(node.card)), (SOUTH, card_digest(other)))
        return open_dossier(
            node,
            DossierOpened(
                title=ByLanguage({"en": "Letters"}),
                participants=tuple(Participant(party=p, role=Role.PARTY, card=c) for p, c in cards),
                suite=SUITE,
                nonce="00" * 16,
                specimen="",
            ),
        )
    finally:
        opened.close()


def renewals(home: Path, dossier: DossierId) -> list[CardRenewed]:
    opened = open_node(home)
    try:
        with opened.node.store.read() as uow:
            bodies = [read_act(row.envelope).act.body for row in uow.log(dossier, 0, 100)]
    finally:
        opened.close()
    return [body for body in bodies if isinstance(body, CardRenewed)]


def test_new_keys_are_in_force_and_the_former_are_kept(home: Path) -> None:
    dossier = open_one(home)
    (before,) = identities(NodeHome(home))
    made = renew_node(home, reason="yearly", new_tls=True)
    first, second = identities(NodeHome(home))
    assert (first.folder, first.card, first.keys.public) == (before.folder, before.card, before.keys.public)
    assert (made.former, made.card) == (card_digest(first.card), card_digest(second.card))
    assert (made.stated, made.waiting, made.finished) == (1, {}, False)
    card = unpack_card(second.card)
    assert card.succeeds == made.former
    assert card.keys == second.keys.public != first.keys.public
    assert card.tls_certificate == second.tls_certificate.read_text() != first.tls_certificate.read_text()
    assert renewals(home, dossier) == [CardRenewed(card=made.card, reason="yearly")]
    for path in second.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert pending_reason(NodeHome(home)) is None
    assert made.file is not None
    (link,) = read_renewals(made.file.read_bytes())
    link.verify(first.keys.public)
    opened = open_node(home)
    assert [keys.public for keys in opened.node.former] == [first.keys.public]
    opened.close()


def test_only_the_card_can_be_renewed(home: Path) -> None:
    renew_node(home, new_keys=False, endpoints=["https://north.example/"])
    first, second = identities(NodeHome(home))
    assert second.keys.public == first.keys.public
    assert unpack_card(second.card).endpoints == ("https://north.example/",)
    assert second.tls_key.read_bytes() == first.tls_key.read_bytes()
    opened = open_node(home)
    assert opened.node.former == ()
    assert opened.node.own_cards() == (card_digest(first.card), card_digest(second.card))
    opened.close()


def test_the_renewal_file_holds_every_card_since_the_first(home: Path) -> None:
    renew_node(home)
    renew_node(home)
    made = renew_node(home)
    assert made.file is not None
    links = read_renewals(made.file.read_bytes())
    known = identities(NodeHome(home))
    assert [link.data for link in links] == [one.card for one in known[1:]]
    for link, before in zip(links, known, strict=False):
        link.verify(before.keys.public)


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (identity, "save_node_keys"),
        (identity, "write_private"),
        (identity, "_sync"),
        (renewing, "_finish"),
        (renewing, "renew_everywhere"),
        (renewing, "write_renewals"),
        (renewing, "renewed"),
    ],
)
def test_a_renewal_that_stops_at_any_step_is_finished_by_the_next(
    home: Path, monkeypatch: pytest.MonkeyPatch, module: object, step: str
) -> None:
    dossier = open_one(home)

    def stop(*_: object, **__: object) -> None:
        raise StopError

    with monkeypatch.context() as patched:
        patched.setattr(module, step, stop)
        with pytest.raises(StopError):
            renew_node(home, reason="the first time")
    opened = open_node(home)  # whatever happened, it is a node
    opened.close()
    begun = len(identities(NodeHome(home))) == 2
    made = renew_node(home, reason="the second time")
    assert made.finished is begun
    assert len(identities(NodeHome(home))) == 2
    (said,) = renewals(home, dossier)
    assert said == CardRenewed(card=made.card, reason="the first time" if begun else "the second time")
    assert not [p for p in (home / "keys" / "renewed").iterdir() if p.name.startswith(".")]
    assert not renew_node(home).finished


def test_nothing_is_renewed_under_a_running_node(home: Path) -> None:
    with running(home), pytest.raises(LocalActError) as refused:
        renew_node(home)
    assert refused.value.code == "node-running"
    assert len(identities(NodeHome(home))) == 1
    with running(home), running(home):  # two on one home: each says by itself that the port is taken
        pass
    with alone(home), pytest.raises(LocalActError), alone(home):
        pass


def test_keys_that_somebody_else_has(home: Path) -> None:
    dossier = open_one(home)
    made = renew_node(home, compromised=True)
    assert made.file is None
    assert list(made.waiting) == [dossier]
    assert unpack_card(identities(NodeHome(home))[-1].card).succeeds == ""
    assert renewals(home, dossier) == []
    after = renew_node(home)  # a renewal of the new keys begins a file of its own
    assert after.file is not None
    assert len(read_renewals(after.file.read_bytes())) == 1


def test_there_has_to_be_a_node(tmp_path: Path) -> None:
    with pytest.raises(PermanentError) as refused:
        renew_node(tmp_path)
    assert refused.value.code == "no-node"
