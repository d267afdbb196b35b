"""Names of bases, offices and states, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from paraph.domain.acts import Basis, Mode, Office
from paraph.domain.standing import PlanState

__all__ = ["BASES", "BASIS_HINTS", "MODES", "OFFICES", "PLAN_STATES"]

BASES: Final[Mapping[Basis, Promise]] = {
    Basis.BY_OFFICE: _("by office"),
    Basis.BY_DOCUMENT: _("full powers by document"),
    Basis.DISPENSED_WITH: _("full powers dispensed with"),
    Basis.TO_FOLLOW: _("full powers to follow"),
}

BASIS_HINTS: Final[Mapping[Basis, Promise]] = {
    Basis.BY_OFFICE: _(
        "Heads of state, heads of government and foreign ministers only. A head of mission does not sign by office."
    ),
    Basis.BY_DOCUMENT: _("Attach the document. Every other party has to verify it."),
    Basis.DISPENSED_WITH: _("Every other party has to agree to do without."),
    Basis.TO_FOLLOW: _("The document comes later. Every other party has to agree to wait for it."),
}

OFFICES: Final[Mapping[Office, Promise]] = {
    Office.HEAD_OF_STATE: _("head of state"),
    Office.HEAD_OF_GOVERNMENT: _("head of government"),
    Office.FOREIGN_MINISTER: _("foreign minister"),
    Office.HEAD_OF_MISSION: _("head of mission"),
    Office.OTHER: _("other office"),
}

MODES: Final[Mapping[Mode, Promise]] = {
    Mode.MEDIATED: _("with the mediator"),
    Mode.DIRECT: _("direct, without a mediator"),
}

PLAN_STATES: Final[Mapping[PlanState, tuple[Promise, str]]] = {
    PlanState.PROPOSED: (pgettext_lazy("plan", "Proposed"), "blue"),
    PlanState.OPEN: (_("Open"), "yellow"),
    PlanState.RELEASED: (_("Released"), "green"),
    PlanState.ABORTED: (_("Stopped"), "red"),
    PlanState.COUNTERSIGNED: (_("Countersigned"), "green"),
    PlanState.SEALED: (_("Sealed"), "green"),
    PlanState.CONCLUDED: (pgettext_lazy("plan", "Concluded"), "green"),
}
