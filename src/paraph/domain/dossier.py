"""THE state machine of a dossier: which act may follow which, and what it changes.

Everything that decides whether an act takes effect is reached from ``RULES`` below: who may make it, what
must already stand, and the function that works it in. The tables do not know which party is "us".

Order matters and is given: acts are applied in log order, the same on every node, so every node reaches
the same standing. An act that the rules forbid stays in the log and changes nothing: it is *void*, with a
reason, and every node agrees on that too.

Example::

    dossier = opened(act)                      # the first act
    dossier = apply(dossier, act, attachments) # each further one, or LocalActError and no change

Source: docs/spec/acts.md; Vienna Convention on the Law of Treaties, art. 7, 10–13; design T1–T4, S1–S3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from paraph.domain import (
    abort,
    approval,
    authority,
    cards,
    completion,
    exchange,
    negotiation,
    records,
    revision,
    signing_plan,
)
from paraph.domain.acts import SUITE, Act, DossierOpened, Role
from paraph.domain.ids import DossierId, InstrumentNumber
from paraph.domain.standing import Attachments, Dossier, InstrumentState, PlanState
from paraph.errors import LocalActError

__all__ = ["MAX_PARTICIPANTS", "RULES", "Rule", "apply", "opened"]

MAX_PARTICIPANTS: Final = 64
"""Participants of one dossier: 34 parties (the largest ceremony on record here) with room for witnesses."""

Effect = Callable[[Dossier, Act, Attachments], Dossier]

PARTIES: Final = frozenset({Role.PARTY})
MEDIATORS: Final = frozenset({Role.MEDIATOR})
CONCLUDERS: Final = PARTIES | MEDIATORS
EVERYBODY: Final = frozenset(Role)

BEFORE_JOINING: Final = frozenset({"dossier-joined", "card-renewed"})
"""What can be done without having joined. Which keys an act needs must never depend on what officers decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When an act takes effect, and how.

    Attributes:
        by: Roles that may make it.
        effect: The pure function that checks the rest and works it in.
        instrument: States of the named instrument in which it may happen (empty: names none).
        plan: States of the named plan in which it may happen (empty: names none).
    """

    by: frozenset[Role]
    effect: Effect
    instrument: frozenset[InstrumentState] = frozenset()
    plan: frozenset[PlanState] = frozenset()


_I = InstrumentState
_P = PlanState

ON_TABLE: Final = frozenset(_I) - {_I.CONCLUDED}
"""States in which something can still be said about a text."""

RULES: Final[Mapping[str, Rule]] = {
    # taking part
    "dossier-joined": Rule(by=EVERYBODY, effect=records.joined),
    "card-renewed": Rule(by=EVERYBODY, effect=cards.card_renewed),
    "party-described": Rule(by=PARTIES, effect=records.described),
    "certificate-presented": Rule(by=PARTIES, effect=authority.certificate_presented),
    # the text
    "text-proposed": Rule(by=PARTIES, effect=negotiation.proposed),
    "text-accepted": Rule(by=PARTIES, effect=negotiation.accepted, instrument=frozenset({_I.NEGOTIATING})),
    "text-initialled": Rule(by=PARTIES, effect=negotiation.initialled, instrument=frozenset({_I.AGREED})),
    "text-reopened": Rule(
        by=PARTIES,
        effect=negotiation.reopened,
        instrument=frozenset({_I.AGREED, _I.INITIALLED, _I.ENGROSSED}),
    ),
    "comment-made": Rule(by=CONCLUDERS, effect=revision.commented, instrument=ON_TABLE),
    "concordance-ticked": Rule(by=PARTIES, effect=revision.revised, instrument=ON_TABLE),
    "originals-engrossed": Rule(
        by=PARTIES, effect=negotiation.engrossed, instrument=frozenset({_I.INITIALLED})
    ),
    # authority
    "full-powers-presented": Rule(by=PARTIES, effect=authority.presented),
    "full-powers-verified": Rule(by=PARTIES, effect=authority.verified),
    "full-powers-withdrawn": Rule(by=PARTIES, effect=authority.withdrawn),
    "certificate-suspended": Rule(by=PARTIES, effect=authority.certificate_suspended),
    "signing-ordered": Rule(by=PARTIES, effect=authority.ordered),
    "passkeys-presented": Rule(by=PARTIES, effect=approval.passkeys_presented),
    # the exchange
    "plan-proposed": Rule(by=PARTIES, effect=signing_plan.proposed),
    "plan-accepted": Rule(by=CONCLUDERS, effect=signing_plan.accepted, plan=frozenset({_P.PROPOSED})),
    "approval-prepared": Rule(by=PARTIES, effect=approval.prepared, plan=frozenset({_P.OPEN, _P.RELEASED})),
    "signing-approved": Rule(by=PARTIES, effect=approval.approved, plan=frozenset({_P.OPEN, _P.RELEASED})),
    "signature-deposited": Rule(by=PARTIES, effect=exchange.deposited, plan=frozenset({_P.OPEN})),
    "deposit-held": Rule(by=MEDIATORS, effect=exchange.held, plan=frozenset({_P.OPEN})),
    "deposit-refused": Rule(by=MEDIATORS, effect=exchange.refused, plan=frozenset({_P.OPEN})),
    "exchange-released": Rule(by=MEDIATORS, effect=exchange.released, plan=frozenset({_P.OPEN})),
    "exchange-abort-requested": Rule(
        by=PARTIES, effect=abort.requested, plan=frozenset({_P.PROPOSED, _P.OPEN})
    ),
    "exchange-aborted": Rule(by=CONCLUDERS, effect=abort.aborted, plan=frozenset({_P.PROPOSED, _P.OPEN})),
    "signature-revealed": Rule(
        by=CONCLUDERS, effect=exchange.revealed, plan=frozenset({_P.OPEN, _P.RELEASED})
    ),
    "signatures-countersigned": Rule(
        by=PARTIES, effect=completion.countersigned, plan=frozenset({_P.RELEASED})
    ),
    "originals-sealed": Rule(by=PARTIES, effect=completion.sealed, plan=frozenset({_P.COUNTERSIGNED})),
    "originals-received": Rule(by=PARTIES, effect=completion.received, plan=frozenset({_P.SEALED})),
    "container-engrossed": Rule(
        by=PARTIES, effect=completion.container_engrossed, plan=frozenset({_P.CONCLUDED})
    ),
    "container-sealed": Rule(by=PARTIES, effect=completion.container_sealed, plan=frozenset({_P.CONCLUDED})),
    # what surrounds it
    "note-sent": Rule(by=PARTIES, effect=records.note_sent),
    "note-answered": Rule(by=PARTIES, effect=records.note_answered),
    "statement-made": Rule(by=EVERYBODY, effect=records.stated),
    "unveiling-held": Rule(by=PARTIES, effect=records.stated),
    "commitment-made": Rule(by=PARTIES, effect=records.stated),
    "witness-attested": Rule(by=frozenset({Role.MEDIATOR, Role.WITNESS}), effect=records.stated),
}
"""Every act type but the opening one: the whole of the dossier's law on one page."""

_STATE_HINT: Final[Mapping[InstrumentState, str]] = {
    _I.NEGOTIATING: "its text is not agreed by every party yet; propose or accept a text first",
    _I.AGREED: "its text is agreed but not initialled by every party; initial it first",
    _I.INITIALLED: "its text is initialled but the originals are not engrossed by every party; engross them first",
    _I.ENGROSSED: "its originals are engrossed; only signing or reopening by every party can follow",
    _I.CONCLUDED: "it is concluded; nothing about it can change",
}

_PLAN_HINT: Final[Mapping[PlanState, str]] = {
    _P.PROPOSED: "the signing plan is not accepted by every party and the mediator yet",
    _P.OPEN: "the exchange is open: not every deposit is in and released",
    _P.RELEASED: "the exchange is released; it can only be completed, no longer stopped",
    _P.ABORTED: "the exchange was aborted; propose a new signing plan",
    _P.COUNTERSIGNED: "every signature is in place; the originals wait to be sealed",
    _P.SEALED: "the originals are sealed; they wait for receipts",
    _P.CONCLUDED: "the package is concluded",
}


def opened(act: Act) -> Dossier:
    """The dossier that an opening act begins.

    Raises:
        LocalActError: ``not-an-opening`` or what is wrong with the participants.
    """
    body = act.body
    if not isinstance(body, DossierOpened) or act.author_seq != 0 or act.dossier:
        raise LocalActError("not-an-opening", "a dossier begins with its opener's first act, dossier-opened")
    roles = {p.party: p.role for p in body.participants}
    if len(roles) != len(body.participants) or len(roles) > MAX_PARTICIPANTS:
        raise LocalActError(
            "participants", f"name each participant once, and at most {MAX_PARTICIPANTS} of them"
        )
    if sum(role is Role.PARTY for role in roles.values()) < 2:
        raise LocalActError("participants", "a dossier needs at least two parties")
    if sum(role is Role.MEDIATOR for role in roles.values()) > 1:
        raise LocalActError("participants", "a dossier has at most one mediator")
    if roles.get(act.author) is not Role.PARTY:
        raise LocalActError("participants", "only one of the parties can open the dossier")
    if body.suite != SUITE:
        raise LocalActError("suite", f"this version signs acts with {SUITE}, not {body.suite}")
    return Dossier(
        id=DossierId(act.id),
        opener=act.author,
        title=body.title,
        specimen=body.specimen,
        roles=roles,
        cards={p.party: p.card for p in body.participants},
        former_cards={},
        joined=frozenset({act.author}),
        described={},
        certificates={},
        instruments={},
        powers={},
        orders=frozenset(),
        plan=None,
        ended_plans=frozenset(),
        suspended={},
        earlier_certificates={},
        notes={},
        statements=0,
    )


def apply(dossier: Dossier, act: Act, attachments: Attachments) -> Dossier:
    """The dossier after one more act, in log order.

    Args:
        dossier: Where it stands.
        act: The next act; its signature and feed are already checked.
        attachments: Facts about the bytes it refers to.

    Returns:
        A new dossier; ``dossier`` itself never changes.

    Raises:
        LocalActError: The act has no effect; the code and message say what is missing.
    """
    rule = RULES.get(act.kind)
    if rule is None or act.body is None:
        raise LocalActError("act-unknown", f"acts of type “{act.kind}” have no effect here")
    if str(act.dossier) != str(dossier.id):
        raise LocalActError("act-other-dossier", "the act was made for another dossier")
    role = dossier.roles.get(act.author)
    if role is None or role not in rule.by:
        wanted = " or ".join(sorted(rule.by))
        raise LocalActError("act-role", f"{act.kind} can only be made by a {wanted}, not by {act.author}")
    if act.kind not in BEFORE_JOINING and act.author not in dossier.joined:
        raise LocalActError("not-joined", f"{act.author} has not joined the dossier yet; join it first")
    if rule.instrument:
        _check_instrument(dossier, act, rule)
    if rule.plan:
        _check_plan(dossier, act, rule)
    return rule.effect(dossier, act, attachments)


def _check_instrument(dossier: Dossier, act: Act, rule: Rule) -> None:
    number = InstrumentNumber(getattr(act.body, "instrument", ""))
    instrument = dossier.instruments.get(number)
    if instrument is None:
        raise LocalActError(
            "instrument-unknown", f"no text was proposed for instrument {number}; propose one first"
        )
    if instrument.state not in rule.instrument:
        raise LocalActError(
            "instrument-state",
            f"{act.kind} is not possible for {number}: {_STATE_HINT[instrument.state]}",
            state=instrument.state,
        )


def _check_plan(dossier: Dossier, act: Act, rule: Rule) -> None:
    plan = dossier.plan_named(getattr(act.body, "plan", ""))
    if plan is None:
        raise LocalActError(
            "plan-unknown",
            f"{act.kind} names a signing plan that is neither the current one nor was concluded",
        )
    if plan.state not in rule.plan:
        raise LocalActError(
            "plan-state", f"{act.kind} is not possible: {_PLAN_HINT[plan.state]}", state=plan.state
        )
