"""What every page about a text begins with: the dossier, the instrument, the text on the table, and what this officer may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest

from paraph.app.revision import Negotiation, negotiation
from paraph.app.texts import current_text
from paraph.domain.ids import Digest, DossierId, InstrumentNumber, check_digest
from paraph.domain.standing import Dossier, Instrument
from paraph.domain.texts import InstrumentText
from paraph.errors import FormatError, LocalActError
from paraph.node.people.gate import officer_of, roles_in
from paraph.node.people.roles import May, roles_that
from paraph.node.texts.names import names_of
from paraph.node.texts.states import situation
from paraph.node.texts.wording import expanded_title
from paraph.node.web.host import host

__all__ = ["Looked", "look", "look_at", "seen_text"]

NO_TEXT: Final = Digest("0" * 64)
"""No text has this digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An instrument as a page finds it."""

    dossier: DossierId
    number: InstrumentNumber
    negotiation: Negotiation
    instrument: Instrument
    text: InstrumentText

    @property
    def standing(self) -> Dossier:
        """Where the dossier stands."""
        return self.negotiation.standing

    def context(self, request: HttpRequest, page: str) -> dict[str, Any]:
        """What the frame of these pages shows."""
        roles = roles_in(officer_of(request), self.dossier)
        party = host().node.party
        speaks = party in self.standing.parties
        return {
            "dossier": self.dossier,
            "number": self.number,
            "page": page,
            "instrument": self.instrument,
            "text": self.text,
            "langs": self.text.declarations.langs,
            "titles": {lang: expanded_title(self.text, lang) for lang in self.text.declarations.langs},
            "dossier_title": self.standing.title,
            "frozen": self.negotiation.frozen,
            "situation": situation(self.standing, self.instrument, self.text, party),
            "names": names_of(self.standing),
            "own": party,
            "may_comment": bool(roles & roles_that(May.COMMENT)),
            "may_negotiate": speaks and bool(roles & roles_that(May.NEGOTIATE)),
            "may_tick": speaks and bool(roles & roles_that(May.TICK)),
            "may_initial": speaks and bool(roles & roles_that(May.INITIAL)),
            "may_reopen": speaks and bool(roles & roles_that(May.REOPEN)),
        }


def look(dossier: str) -> Negotiation:
    """The negotiation of a dossier.

    Raises:
        Http404: There is no such dossier.
    """
    try:
        return negotiation(host().node, DossierId(dossier))
    except LocalActError as error:
        if error.code != "dossier-unknown":
            raise
        raise Http404(error.message) from error


def look_at(dossier: str, number: InstrumentNumber) -> Looked:
    """An instrument of a dossier.

    Raises:
        Http404: There is no such dossier or instrument.
    """
    found = look(dossier)
    instrument = found.standing.instruments.get(number)
    if instrument is None:
        raise Http404(number)
    return Looked(
        dossier=DossierId(dossier),
        number=number,
        negotiation=found,
        instrument=instrument,
        text=current_text(host().node, instrument),
    )


def seen_text(request: HttpRequest) -> Digest:
    """Digest of the text that the officer had before them; one that no text has if the form does not say."""
    try:
        return check_digest(request.POST.get("text", ""))
    except FormatError:
        return NO_TEXT
