"""What waits, in words, and where it is done: for each kind of matter who may do it, at which address, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from paraph.app.matters import MatterKind
from paraph.node.people.roles import May

__all__ = ["SERVED", "Served", "in_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How one kind of matter is served.

    Attributes:
        may: What an officer has to be permitted, to do it.
        at: Name of the route to where it is done.
        own: What has to be done here, as a command.
        theirs: The same for somebody else, as a statement.
    """

    may: May
    at: str
    own: Promise | str
    theirs: Promise | str


SERVED: Final[Mapping[MatterKind, Served]] = {
    MatterKind.JOIN: Served(
        may=May.NEGOTIATE, at="desk:join",
        own=_("Join the dossier"), theirs=_("%(party)s has to join the dossier"),
    ),
    MatterKind.DESCRIBE: Served(
        may=May.NEGOTIATE, at="desk:describe",
        own=_("Write this party's own names and signatories"),
        theirs=_("%(party)s has to write its own names and signatories"),
    ),
    MatterKind.PROPOSE_TEXT: Served(
        may=May.NEGOTIATE, at="texts:new",
        own=_("Propose a first text"), theirs=_("%(party)s can propose a first text"),
    ),
    MatterKind.ACCEPT_TEXT: Served(
        may=May.NEGOTIATE, at="texts:text",
        own=_("Accept the text of %(instrument)s, or propose another"),
        theirs=_("%(party)s has to accept the text of %(instrument)s, or to propose another"),
    ),
    MatterKind.INITIAL: Served(
        may=May.INITIAL, at="texts:initial",
        own=_("Initial %(instrument)s: its text is agreed"), theirs=_("%(party)s has to initial %(instrument)s"),
    ),
    MatterKind.ENGROSS: Served(
        may=May.NEGOTIATE, at="texts:engross",
        own=_("Engross the originals of %(instrument)s"),
        theirs=_("%(party)s has to engross the originals of %(instrument)s"),
    ),
    MatterKind.COMPARE_ORIGINALS: Served(
        may=May.NEGOTIATE, at="texts:originals",
        own=_("Compare the originals of %(instrument)s: the parties came to different bytes"),
        theirs=_("%(party)s has to compare the originals of %(instrument)s: the parties came to different bytes"),
    ),
    MatterKind.ANSWER_REOPENING: Served(
        may=May.REOPEN, at="texts:reopen",
        own=_("Decide whether to reopen the text of %(instrument)s, as is asked"),
        theirs=_("%(party)s is asked to reopen the text of %(instrument)s"),
    ),
    MatterKind.PRESENT_CERTIFICATE: Served(
        may=May.AUTHORISE, at="signing:authority",
        own=_("Present the certificate of the signatory"),
        theirs=_("%(party)s has to present the certificate of its signatory"),
    ),
    MatterKind.PRESENT_POWERS: Served(
        may=May.AUTHORISE, at="signing:powers",
        own=_("Present full powers for %(instrument)s"),
        theirs=_("%(party)s has to present full powers for %(instrument)s"),
    ),
    MatterKind.VERIFY_POWERS: Served(
        may=May.AUTHORISE, at="signing:authority",
        own=_("Verify the full powers presented for %(instrument)s"),
        theirs=_("%(party)s has to verify full powers for %(instrument)s"),
    ),
    MatterKind.ORDER_SIGNING: Served(
        may=May.ORDER, at="signing:authority",
        own=_("Give the go: order the signature of %(instrument)s"),
        theirs=_("%(party)s has to give its go for %(instrument)s"),
    ),
    MatterKind.PROPOSE_PLAN: Served(
        may=May.PLAN, at="signing:plan",
        own=_("Propose the signing plan"), theirs=_("%(party)s can propose the signing plan"),
    ),
    MatterKind.ACCEPT_PLAN: Served(
        may=May.PLAN, at="signing:plan",
        own=_("Accept the signing plan"), theirs=_("%(party)s has to accept the signing plan"),
    ),
    MatterKind.DEPOSIT: Served(
        may=May.SIGN, at="signing:room",
        own=_("Sign this party's originals, and deposit the signatures"),
        theirs=_("%(party)s has to sign its originals and deposit the signatures"),
    ),
    MatterKind.DEPOSIT_AGAIN: Served(
        may=May.SIGN, at="signing:room",
        own=_("Sign and deposit again: the mediator refused the first deposit"),
        theirs=_("%(party)s has to deposit again: the mediator refused its deposit"),
    ),
    MatterKind.ANSWER_STOP: Served(
        may=May.PLAN, at="signing:stop",
        own=_("Decide whether to stop the exchange, as others ask"),
        theirs=_("%(party)s is asked whether to stop the exchange"),
    ),
    MatterKind.COUNTERSIGN: Served(
        may=May.PLAN, at="signing:exchange",
        own=_("Countersign the originals of the others, unless the node was told to do it"),
        theirs=_("%(party)s countersigns the originals of the others"),
    ),
    MatterKind.ANSWER_NOTE: Served(
        may=May.RECORD, at="desk:answer",
        own=_("Answer a note"), theirs=_("%(party)s has a note to answer"),
    ),
    MatterKind.NODE_WORKS: Served(
        may=May.READ, at="desk:dossier",
        own=_("This node does the next step by itself"), theirs=_("The node of %(party)s does the next step by itself"),
    ),
    MatterKind.DUTY_FAILS: Served(
        may=May.READ, at="desk:dossier",
        own=_("This node cannot do its next step: see why"), theirs=_("The node of %(party)s cannot do its next step"),
    ),
    MatterKind.FROZEN: Served(
        may=May.READ, at="desk:dossier",
        own=_("The dossier is frozen: look at the proof"), theirs=_("The dossier is frozen"),
    ),
}  # fmt: skip
"""All kinds of matters."""


def in_words(kind: str, instrument: str, party: SafeString | None = None) -> SafeString:
    """Say what waits.

    Args:
        kind: Kind of the matter.
        instrument: The instrument it is about, or "".
        party: For whom it waits; None for the party of this node.
    """
    served = SERVED[MatterKind(kind)]
    number = format_html('<bdi dir="ltr">{}</bdi>', instrument) if instrument else gettext("the instrument")
    words = str(served.own if party is None else served.theirs)
    return format_html(
        words.replace("%(instrument)s", "{instrument}").replace("%(party)s", "{party}"),
        instrument=number,
        party=party or "",
    )
