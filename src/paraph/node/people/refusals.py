"""What pages say when something is refused, in the reader's language, by the refusal's code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from paraph.errors import ParaphError

__all__ = ["REFUSALS", "errors_of", "said"]

REFUSALS: Final[Mapping[str, str | Promise]] = {
    "passkey-refused": _(
        "This passkey was not accepted. Take the one that you registered here, and try again."
    ),
    "passkey-late": _("This page lay open for too long, or was sent twice. Try again now."),
    "passkey-known": _("This authenticator is registered already. Take another one."),
    "passkey-unknown": _("This passkey is not here any more."),
    "passkey-last": _("This is your only passkey. Register another one first."),
    "invitation-unknown": _(
        "This invitation is not known, was used already, or is too old. Ask for a new one."
    ),
    "code-refused": _("This code was not accepted. Each code works once."),
    "officer-name": _("Enter a name of at most 120 characters."),
    "officer-unknown": _("This officer or invitation is not here any more."),
    "role-unknown": _("Choose at least one role."),
    "role-node-wide": _("An administrator works for the whole node. Choose all dossiers for this role."),
    "role-last-administrator": _(
        "This is the last administrator who is active. Make somebody else administrator first."
    ),
    "dossier-unknown": _(
        "This node has no such dossier, or several that begin like this. Copy the id from its page."
    ),
    "signatory-missing": _("Say which signatory this person is."),
    "signatory-format": _("The id of a signatory has lower-case letters, digits, hyphens and dots only."),
    "second-alone": _(
        "You are the only active administrator, so nobody can confirm this. The operators of the node can invite a second "
        "administrator at the machine, with “paraph node invite” and two names."
    ),
    "second-same-officer": _("You proposed this yourself. Another officer has to confirm it."),
    "second-not-permitted": _("Your roles do not permit this here."),
    "second-expired": _("Nobody confirmed this in time. Propose it anew."),
    "second-proposer": _("Whoever proposed this may not do it any more. Propose it anew."),
    "second-done": _("This was confirmed or withdrawn already."),
    "second-unknown": _("There is no such proposal."),
}


def errors_of(error: ParaphError | None, field: str = "") -> dict[str, str]:
    """A refusal as the frame of the pages shows it: at a field, or above all of them."""
    return {field: said(error)} if error is not None else {}


def said(error: ParaphError) -> str:
    """The words for a refusal; those of the error itself where there are none of our own."""
    return str(REFUSALS.get(error.code, error.message))
