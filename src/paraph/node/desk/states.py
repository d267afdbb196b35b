"""Where a dossier stands, in one or two words; and the stages on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from paraph.app.stages import Progress, StageName

__all__ = ["PROGRESS", "STAGES", "STATES", "state_choices"]

STATES: Final[Mapping[str, tuple[Promise | str, str]]] = {
    "text": (_("Text under negotiation"), "blue"),
    "initials": (_("To be initialled"), "blue"),
    "originals": (_("Originals being engrossed"), "blue"),
    "authority": (_("Authority and go"), "blue"),
    "plan": (_("Signing being planned"), "yellow"),
    "deposits": (_("Signatures being deposited"), "yellow"),
    "release": (_("Before the release"), "yellow"),
    "conclusion": (_("Being concluded"), "teal"),
    "concluded": (pgettext_lazy("dossier", "Concluded"), "green"),
    "frozen": (_("Frozen"), "red"),
}
"""Words and colour of the tag, by the state that ``paraph.app.portrait`` names."""

STAGES: Final[Mapping[StageName, tuple[Promise | str, Promise | str, str]]] = {
    StageName.TEXT: (
        _("Text"), _("All parties agree on the words, in all languages."), "texts:all",
    ),
    StageName.INITIALS: (
        _("Initials"), _("Each party initials: not a letter may change any more."), "texts:all",
    ),
    StageName.ORIGINALS: (
        _("Originals"), _("Each node renders all originals; they must be equal byte for byte."),
        "texts:all",
    ),
    StageName.AUTHORITY: (
        _("Authority"), _("Certificates, full powers, and the go of each party."), "signing:authority",
    ),
    StageName.PLAN: (
        _("Signing plan"), _("Who signs which original in which order, and until when."), "signing:plan",
    ),
    StageName.DEPOSITS: (
        _("Deposits"), _("Each party signs its own originals and deposits the signatures."),
        "signing:readiness",
    ),
    StageName.RELEASE: (
        _("Release"), _("All signatures change hands at one instant; before it anybody may stop, after it nobody can."),
        "signing:exchange",
    ),
    StageName.CONCLUSION: (
        _("Conclusion"), _("Countersignatures, the seal for decades, receipts of every party."), "signing:exchange",
    ),
}  # fmt: skip
"""Name, explanation, and where it is done."""

PROGRESS: Final[Mapping[Progress, tuple[Promise | str, str]]] = {
    Progress.NOT_YET: (_("Cannot start yet"), ""),
    Progress.UNDER_WAY: (_("Under way"), "blue"),
    Progress.DONE: (_("Done"), ""),
}


def state_choices() -> list[tuple[str, Promise | str]]:
    """Choices of a filter."""
    return [(state, words) for state, (words, _colour) in STATES.items()]
