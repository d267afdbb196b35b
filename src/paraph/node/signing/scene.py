"""What every page about one dossier's signing begins with: where the dossier stands, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest

from paraph.app.called import names_in
from paraph.app.dossiers import Current, load
from paraph.app.node import Node
from paraph.app.published import title_of
from paraph.app.signing import plan_is_final
from paraph.app.texts import current_text
from paraph.domain.acts import Mode
from paraph.domain.ids import DossierId, InstrumentNumber, PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.standing import Dossier, InstrumentState, Plan
from paraph.domain.texts import Signatory
from paraph.errors import LocalActError, ParaphError
from paraph.node.people.gate import officer_of, roles_in
from paraph.node.people.models import Officer
from paraph.node.people.roles import May, roles_that
from paraph.node.signing.models import Arrangement
from paraph.node.web.host import host

__all__ = ["Scene", "scene_of"]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One dossier, as its signing pages see it in one request; what is looked up on demand is looked up once.

    Attributes:
        node: This node.
        dossier: Its id.
        current: As the node sees it now.
        officer: Who looks.
        can: What this officer may do here.
        names: Short names of the participants by language.
    """

    node: Node
    dossier: DossierId
    current: Current
    officer: Officer
    can: frozenset[May]
    names: Mapping[str, Mapping[str, str]]

    @cached_property
    def final(self) -> bool:
        """Whether the plan is accepted and cosigned by everybody concerned."""
        if self.plan is None:
            return False
        with self.node.store.read() as uow:
            return plan_is_final(uow, self.current)

    @cached_property
    def arranged(self) -> Arrangement | None:
        """What officers of this party arranged for the day."""
        return Arrangement.objects.filter(dossier=self.dossier).first()

    @property
    def standing(self) -> Dossier:
        """Where the dossier stands, with acts that have no place yet."""
        return self.current.standing

    @property
    def plan(self) -> Plan | None:
        """The current plan."""
        return self.standing.plan

    @property
    def own_plan(self) -> Plan | None:
        """The current plan, if it is the officer who looks that signs under it."""
        plan = self.plan
        mine = (
            plan is not None and self.is_party and plan.signatory(self.node.party) == self.officer.signatory
        )
        return plan if mine else None

    @property
    def engrossed(self) -> list[InstrumentNumber]:
        """The instruments that can be planned and signed."""
        instruments = self.standing.instruments
        return sorted(n for n, one in instruments.items() if one.state is InstrumentState.ENGROSSED)

    @property
    def is_party(self) -> bool:
        """Whether this node's own party is one of those that conclude."""
        return self.node.party in self.standing.parties

    @property
    def mediated(self) -> bool:
        """Whether the current plan has a mediator."""
        return self.plan is not None and self.plan.body.mode is Mode.MEDIATED

    def may(self, what: May) -> bool:
        """Whether the officer may do something here."""
        return what in self.can

    def name(self, party: str) -> Mapping[str, str]:
        """Short names of a participant by language; its id where none are known."""
        return self.names.get(party) or {"": party}

    def signatories(self, party: PartyId) -> tuple[Signatory, ...]:
        """Those whom a party described."""
        described = self.standing.described.get(party)
        return described.signatories if described is not None else ()

    def signatory(self, party: PartyId, name: str) -> Signatory | None:
        """One of them."""
        return next((one for one in self.signatories(party) if one.id == name), None)

    def title(self, number: str) -> ByLanguage[str] | Mapping[str, str]:
        """The title of an instrument by language; its number where the text is not here."""
        instrument = self.standing.instruments.get(InstrumentNumber(number))
        try:
            if instrument is None:
                return {"": number}
            text = current_text(self.node, instrument)
            return title_of(text)
        except ParaphError:
            return {"": number}

    def context(self, **more: object) -> dict[str, object]:
        """What every template of these pages needs."""
        return {
            "dossier": self.dossier,
            "titles": self.standing.title,
            "specimen": self.standing.specimen,
            "can": {one.value.replace("-", "_"): True for one in self.can},
            "is_party": self.is_party,
            "plan_state": self.plan.state.value if self.plan is not None else "",
            "now": self.node.clock.now(),
            **more,
        }


def scene_of(request: HttpRequest, dossier: str) -> Scene:
    """Look at a dossier for the officer who asks; there is no page about one that is not here."""
    node, officer = host().node, officer_of(request)
    roles = roles_in(officer, dossier)
    try:
        with node.store.read() as uow:
            current = load(node, uow, DossierId(dossier))
    except LocalActError as error:
        raise Http404 from error
    return Scene(
        node=node,
        dossier=DossierId(dossier),
        current=current,
        officer=officer,
        can=frozenset(one for one in May if roles & roles_that(one)),
        names={
            party: {lang: one.short for lang, one in names_in(node, current.standing, party).items()}
            for party in current.standing.roles
        },
    )
