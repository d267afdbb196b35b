"""Words of the readiness page: for each line its name, and for each reason what it means and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from paraph.app.readiness import LineName

__all__ = ["NAMES_OF_LINES", "REASONS", "WAYS"]

_L = LineName

NAMES_OF_LINES: Final[Mapping[LineName, Promise]] = {
    _L.DOSSIER: _("Dossier"),
    _L.INITIALLED: _("Text initialled"),
    _L.ORIGINALS: _("Originals"),
    _L.PLAN: _("Signing plan"),
    _L.AUTHORITY: _("Authority to sign"),
    _L.ORDER: _("Order to sign"),
    _L.CERTIFICATE: _("Certificate"),
    _L.REVOCATION: _("Revocation lists"),
    _L.KEY: _("Signing key"),
    _L.PASSKEY: pgettext_lazy("line", "Passkey"),
    _L.TIMESTAMPS: _("Time-stamp service"),
    _L.PEER: _("Node"),
    _L.CLOCK: _("Clock"),
    _L.LANGUAGES: _("Languages checked"),
    _L.NAMES: _("Names checked"),
    _L.PROTOCOL: _("Flags and precedence"),
    _L.PLACE: _("Place and time zone"),
    _L.FALLBACK: _("Fallback numbers"),
    _L.NODE: _("This node"),
}

WAYS: Final[Mapping[LineName, str]] = {
    _L.DOSSIER: "desk:take",
    _L.PLAN: "signing:plan",
    _L.AUTHORITY: "signing:authority",
    _L.ORDER: "signing:authority",
    _L.CERTIFICATE: "signing:authority",
    _L.REVOCATION: "signing:authority",
    _L.PASSKEY: "signing:authority",
    _L.PLACE: "signing:arrangements",
    _L.FALLBACK: "signing:arrangements",
}
"""Where a remedy is found, where that is a page."""

_Words = tuple[str | Promise, str | Promise]

_TRIED: Final[Mapping[str, _Words]] = {
    "good": (_("It answered when it was tried."), ""),
    "never-tried": (_("It was not tried yet."), _("Press “Try now” below.")),
    "failed": (
        _("It failed when it was tried."),
        _("Have the operator of this node look at it, then try again."),
    ),
    "long-ago": (_("It was tried more than an hour ago."), _("Press “Try now” below.")),
}

_REASONS: Final[Mapping[LineName, Mapping[str, _Words]]] = {
    _L.DOSSIER: {
        "frozen": (_("The dossier is frozen: somebody contradicted itself."), _("Nothing goes on here. Ask the operator for the proof.")),
        "concluded": (_("Concluded: every party holds the same finished originals."), _("Take them away, with the container.")),
    },
    _L.INITIALLED: {
        "good": (_("Initialled by all parties."), ""),
        "no-text": (_("There is no text to sign."), _("Propose a text and have it initialled.")),
        "not-initialled": (_("Not initialled by all parties yet."), _("Every party has to accept and initial it.")),
    },
    _L.ORIGINALS: {
        "good": (_("All nodes rendered the same bytes, and this node holds them."), ""),
        "not-engrossed": (_("Not rendered by all parties yet."), _("Every party has to engross the originals.")),
        "differ": (_("The nodes rendered different bytes."), _("Compare the pages, or bring the nodes to one version.")),
        "not-here": (_("This node does not hold the bytes of the originals."), _("Restore them from a backup, or engross again.")),
    },
    _L.PLAN: {
        "good": (_("Accepted by everybody, and everybody holds it."), ""),
        "none": (_("There is no signing plan."), _("Propose one.")),
        "not-accepted": (_("Not accepted by everybody yet."), _("Wait for those who are named, or call them.")),
        "not-final": (_("Not everybody has confirmed that they hold the accepted plan."), _("Wait; call those who are not heard.")),
        "stopping": (_("A party wishes to stop the exchange."), _("Call that party.")),
        "late": (_("The time limit is over."), _("Propose a new plan.")),
    },
    _L.AUTHORITY: {
        "good": (_("Authority is complete, from now to the time limit."), ""),
        "no-signatory": (_("It is not clear who signs."), _("The party has to describe its signatory.")),
        "lacking": (_("Authority is not complete."), _("Present or verify full powers.")),
    },
    _L.ORDER: {
        "good": (_("The order to sign is given."), ""),
        "not-ordered": (_("The order to sign is not given."), _("An officer other than the signatory gives it.")),
    },
    _L.CERTIFICATE: {
        "good": (_("Presented and valid until the instant shown."), ""),
        "none": (_("No certificate is presented."), _("Present the certificate of the signing key.")),
        "suspended": (_("The certificate is suspended."), _("Present another one, then plan anew.")),
        "not-yet": (_("The certificate is not valid yet."), _("Wait, or present another one.")),
        "expired": (_("The certificate has expired."), _("Obtain and present another one.")),
        "expires": (_("The certificate expires within 30 days."), _("Obtain the next one in time.")),
    },
    _L.REVOCATION: {
        "good": (_("Fresh until the instant shown."), ""),
        "none": (_("No revocation list was presented with the certificate."), _("Present the certificate again with current lists, if its authority issues any.")),
        "old": (_("The revocation lists are out of date."), _("Present the certificate again: it brings newer lists.")),
    },
    _L.KEY: _TRIED,
    _L.PASSKEY: {
        "good": (_("A passkey that was presented is registered here."), ""),
        "none": (_("No passkey is presented: the signature will be made without one."), _("Present the signatory's passkeys before the plan is proposed.")),
        "other": (_("None of the passkeys presented is registered here."), _("Present those that the signatory has now, before a plan is proposed.")),
    },
    _L.TIMESTAMPS: _TRIED,
    _L.PEER: {
        "good": (_("Verified, and heard at the instant shown."), ""),
        "not-verified": (_("Its words were not compared yet."), _("Two officers compare the twelve words.")),
        "never-heard": (_("It was never heard."), _("Check its address and the network.")),
        "silent": (_("It was not heard for more than ten minutes."), _("Call them; check the network.")),
    },
    _L.CLOCK: {
        "good": (_("Within five minutes."), ""),
        "authority-off": (_("This node's clock and the time-stamp service are too far apart."), _("Set this node's clock.")),
        "peer-off": (_("The clocks of the two nodes are too far apart."), _("Find out whose is wrong, and set it.")),
    },
    _L.LANGUAGES: {
        "good": (_("Confirmed for exactly these texts."), ""),
        "not-confirmed": (_("Nobody has confirmed the language versions as they are now."), _("A reviser or treaty officer confirms below.")),
    },
    _L.NAMES: {
        "good": (_("Confirmed exactly as they are spelt."), ""),
        "not-confirmed": (_("Nobody has confirmed our own names as they are spelt now."), _("An officer confirms below.")),
    },
    _L.PROTOCOL: {
        "good": (_("Confirmed by two people."), ""),
        "not-confirmed": (_("Two people have to confirm flags and precedence."), _("Enter them, then two officers confirm below.")),
    },
    _L.PLACE: {
        "good": (_("Known; the date beside the signature follows from it."), ""),
        "not-set": (_("It is not known where or in which time zone is signed."), _("Enter it under arrangements.")),
    },
    _L.FALLBACK: {
        "good": (_("Entered; print this page."), ""),
        "not-entered": (_("No telephone numbers are entered for the case that the network fails."), _("Enter both under arrangements.")),
    },
    _L.NODE: {"trouble": (_("Something keeps this node from working."), _("Have its operator look at it."))},
}  # fmt: skip

REASONS: Final[Mapping[tuple[LineName, str], _Words]] = {
    (name, reason): words for name, found in _REASONS.items() for reason, words in found.items()
}
"""By line and reason: what it means, and what to do."""
