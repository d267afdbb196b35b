"""For every type of act, what a participant that keeps the rules would state now, if anything."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Final

from paraph.domain import acts
from paraph.domain.acts import BODIES, Body
from paraph.domain.ids import ActId, InstrumentNumber, PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.texts import InstrumentText, Paragraph
from tests.support import bodies
from tests.support.proceedings import Proceedings, words

State = Callable[[Proceedings, PartyId, InstrumentNumber], Body | None]


def correct(
    table: Proceedings, kind: str, author: PartyId, number: InstrumentNumber | None = None
) -> Body | None:
    """The body of this type that ``author`` would state, whether or not it may; None if there is nothing to name."""
    try:
        return _STATES[kind](table, author, number or table.numbers[0])
    except (KeyError, AssertionError):
        return None  # there is no instrument or no plan yet


def _proposal(t: Proceedings, _who: PartyId, number: InstrumentNumber) -> Body:
    """The first text, and after it another one."""
    one = words(t.names, number)
    known = t.standing.instruments.get(number)
    digest = t.table.lay(one)
    if known is not None and known.text == digest:
        digest = t.table.lay(amended(t.names, number))
    return acts.TextProposed(instrument=number, text=digest, note="")


@functools.cache
def amended(names: tuple[str, ...], number: InstrumentNumber) -> InstrumentText:
    """Another text of the same instrument."""
    made = words(names, number)
    longer = dataclasses.replace(made.versions["en"], closing=(Paragraph(text="Another closing."),))
    return dataclasses.replace(made, versions=ByLanguage({"en": longer}))


def _initials(t: Proceedings, _who: PartyId, number: InstrumentNumber) -> Body:
    return bodies.initials(t.standing, number, t.table.texts[t.standing.instruments[number].text])


def _other(t: Proceedings, who: PartyId) -> PartyId:
    return next(p for p in t.parties if p != who)


def _first_hidden(t: Proceedings, who: PartyId) -> PartyId:
    """Whose deposit a participant would speak about."""
    plan = bodies.of(t.standing)
    if who in t.parties:
        return who
    return next((p for p in t.parties if not any(h == p for _, h in plan.revealed)), t.parties[0])


def _first_unanswered(t: Proceedings) -> PartyId:
    deposits = bodies.of(t.standing).deposits
    return next((p for p in t.parties if p in deposits and not deposits[p].answer), t.parties[0])


_STATES: Final[Mapping[str, State]] = {
    "dossier-opened": lambda t, who, n: bodies.opening(t.standing.roles.items()),
    "dossier-joined": lambda t, who, n: bodies.joining(t.standing),
    "card-renewed": lambda t, who, n: acts.CardRenewed(
        card=t.table.lay_card(who, t.standing.cards.get(who, "")), reason="routine"
    ),
    "party-described": lambda t, who, n: bodies.description(
        words(t.names, n), who if who in t.parties else t.parties[0]
    ),
    "certificate-presented": lambda t, who, n: bodies.usable_certificate(t.standing, who, crl=2),
    "text-proposed": _proposal,
    "text-accepted": lambda t, who, n: bodies.acceptance(t.standing, n),
    "text-initialled": _initials,
    "text-reopened": lambda t, who, n: bodies.reopening(t.standing, n),
    "comment-made": lambda t, who, n: bodies.comment(t.standing, n),
    "concordance-ticked": lambda t, who, n: bodies.ticks(
        t.standing, n, t.table.texts[t.standing.instruments[n].text]
    ),
    "originals-engrossed": lambda t, who, n: bodies.engrossing(t.standing, n),
    "full-powers-presented": lambda t, who, n: bodies.powers(who),
    "full-powers-verified": lambda t, who, n: acts.FullPowersVerified(
        powers=next(
            (a for a, p in t.standing.powers.items() if p.party != who), ActId(bodies.mark("no powers"))
        ),
        channel="embassy",
    ),
    "full-powers-withdrawn": lambda t, who, n: bodies.withdrawal(t.standing, who),
    "certificate-suspended": lambda t, who, n: acts.CertificateSuspended(
        signatory=bodies.minister(who),
        certificate=bodies.usable_certificate(t.standing, who).certificate,
        reason="card lost",
    ),
    "signing-ordered": lambda t, who, n: bodies.order(t.standing, who),
    "passkeys-presented": lambda t, who, n: bodies.passkeys(who),
    "plan-proposed": lambda t, who, n: bodies.plan(t.standing, bodies.plan_id(100 + t.made), t.mode),
    "plan-accepted": lambda t, who, n: bodies.plan_acceptance(t.standing),
    "approval-prepared": lambda t, who, n: bodies.preparation(t.standing, who),
    "signing-approved": lambda t, who, n: bodies.approval(
        t.standing,
        who,
        next(
            (a for a, p in bodies.of(t.standing).prepared.items() if p.party == who),
            ActId(bodies.mark("none")),
        ),
    ),
    "signature-deposited": lambda t, who, n: bodies.deposit(t.standing, who),
    "deposit-held": lambda t, who, n: bodies.held(t.standing, _first_unanswered(t)),
    "deposit-refused": lambda t, who, n: bodies.refusal(t.standing, _first_unanswered(t)),
    "exchange-released": lambda t, who, n: bodies.release(t.standing),
    "exchange-abort-requested": lambda t, who, n: bodies.abort_request(t.standing),
    "exchange-aborted": lambda t, who, n: bodies.abort(t.standing),
    "signature-revealed": lambda t, who, n: bodies.reveal(t.standing, _first_hidden(t, who)),
    "signatures-countersigned": lambda t, who, n: bodies.countersignatures(t.standing, who),
    "originals-sealed": lambda t, who, n: bodies.sealing(t.standing),
    "originals-received": lambda t, who, n: bodies.receipt(t.standing),
    "container-engrossed": lambda t, who, n: bodies.container(t.standing),
    "container-sealed": lambda t, who, n: bodies.container_seal(t.standing, who),
    "note-sent": lambda t, who, n: bodies.note(_other(t, who)),
    "note-answered": lambda t, who, n: bodies.note_answer(t.standing, who),
    "statement-made": lambda t, who, n: acts.StatementMade(
        speaker="A. B.", capacity="minister", lang="en", text="Words.", source=""
    ),
    "unveiling-held": lambda t, who, n: acts.UnveilingHeld(
        subject="a plaque", by="A. B.", text=ByLanguage({"en": "Plaque"}), source=""
    ),
    "commitment-made": lambda t, who, n: acts.CommitmentMade(
        obligor=who, text="a pledge", bindingness="", due="", source=""
    ),
    "witness-attested": lambda t, who, n: acts.WitnessAttested(text="I saw it.", refs=()),
}
assert _STATES.keys() == BODIES.keys()
