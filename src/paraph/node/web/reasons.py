"""Why something was refused, in the languages of the pages.

The exact words of a refusal are English and name what they are about; what stands here says, before them, what it means and what
to do. Only codes that people meet on pages are here; all others have the words of their family.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_noop

from paraph.errors import (
    AdapterError,
    ConflictError,
    FormatError,
    LocalActError,
    ParaphError,
    PeerActError,
    PermanentError,
    TransientError,
)

__all__ = ["FAMILIES", "REASONS", "add_reasons", "reason_in_words"]

REASONS: Final[Mapping[str, str]] = {
    "abort-late": gettext_noop("A signature was revealed already: the exchange can be completed, or all parties end it together."),
    "already-accepted": gettext_noop("This was accepted already."),
    "already-deposited": gettext_noop("The signatures of this party are deposited already."),
    "already-initialled": gettext_noop("This party has initialled the text already."),
    "already-joined": gettext_noop("This party takes part already."),
    "already-ticked": gettext_noop("These paragraphs are ticked already."),
    "approval-absent": gettext_noop("This signatory approves each signature with a passkey. That is done in the signing room."),
    "approval-differs": gettext_noop("The signature would state another date or place than the signatory approved."),
    "approval-invalid": gettext_noop("What the authenticator gave is not an approval of what was shown. Go through the last step again."),
    "approval-unknown": gettext_noop("This approval is not current any more. Go through the last step again."),
    "attachments-awaited": gettext_noop("Documents that belong to this are still on their way. Try again in a moment."),
    "card-expired": gettext_noop("The card of this peer is not valid today. Ask the peer for a new one."),
    "card-own": gettext_noop("This is the card of this node itself. Give it to the peer, and add the peer's card here."),
    "certificate-suspended": gettext_noop("The certificate of this signatory is suspended. Another one has to be presented first."),
    "certificate-unknown": gettext_noop("No usable certificate was presented for this signatory."),
    "channel-same": gettext_noop("The second call has to go over another channel than the first."),
    "clock-off": gettext_noop("The clocks are too far apart. An operator has to set the clock of this node."),
    "comment-unknown": gettext_noop("There is no such comment."),
    "concordance-complete": gettext_noop("What is said about the whole text does not agree with the paragraphs that are ticked."),
    "confirmation-stale": gettext_noop("This changed since the page was shown. Look at it as it is now, and confirm again."),
    "container-not-ready": gettext_noop("The container cannot be made yet."),
    "countersign-turn": gettext_noop("It is not the turn of this party to sign."),
    "declarations-missing": gettext_noop("The instrument does not declare everything that it has to before it can be initialled."),
    "deposit-late": gettext_noop("The time limit of this plan has passed. A new plan can be proposed."),
    "digests-differ": gettext_noop("What would be initialled is not the agreed text. Open the page again and read it first."),
    "dossier-frozen": gettext_noop("The dossier is frozen, because somebody contradicted itself. The page of the dossier shows the proof."),
    "dossier-unknown": gettext_noop("There is no such dossier at this node."),
    "draft-changed": gettext_noop("The draft was changed since you read it. Read it again."),
    "instrument-state": gettext_noop("The instrument is not at this point now."),
    "instrument-unknown": gettext_noop("There is no such instrument in the dossier."),
    "names-fixed": gettext_noop("Names cannot change while a text is initialled. The text has to be reopened first."),
    "no-authority": gettext_noop("This person has no authority to sign at that time: an office, or full powers that were verified."),
    "no-order": gettext_noop("The authority is there, but not the order to sign. It has to be given first."),
    "node-restored": gettext_noop("This node was restored and still asks its peers what they have; it says nothing new until then."),
    "not-joined": gettext_noop("This party has not joined the dossier yet."),
    "not-publishable": gettext_noop("This dossier cannot be published."),
    "order-early": gettext_noop("The originals are not engrossed yet. The order can be given when they are equal on both nodes."),
    "order-own": gettext_noop("The order to sign is given by another officer than the person who signs."),
    "originals-awaited": gettext_noop("The originals are on their way. Try again in a moment."),
    "originals-differ": gettext_noop("The originals of the two nodes are not the same bytes."),
    "originals-unfinished": gettext_noop("The originals are not sealed yet."),
    "party-undescribed": gettext_noop("A party has not described its own names and signatories yet."),
    "passkey-none": gettext_noop("Nobody who is this signatory has registered a passkey at this node yet."),
    "passkey-planned": gettext_noop("A signing plan under way relies on the passkeys as they are. It has to end first."),
    "peer-unknown": gettext_noop("The card of this peer is not known here. Add it first."),
    "peer-unverified": gettext_noop("Two officers have to compare the twelve words with this peer first."),
    "plan-early": gettext_noop("There is nothing to sign yet: the originals are not engrossed by every party."),
    "plan-live": gettext_noop("A signing plan is under way. It has to end before this can be done."),
    "plan-not-final": gettext_noop("The signing plan is not accepted and confirmed by everybody yet."),
    "plan-signatory": gettext_noop("The text names another signatory."),
    "plan-state": gettext_noop("The signing plan is not at this point now."),
    "plan-unknown": gettext_noop("There is no signing plan yet."),
    "powers-document": gettext_noop("Full powers by document need the document itself."),
    "powers-office": gettext_noop("This office does not sign by itself. Present full powers by document, or have them dispensed with."),
    "powers-own": gettext_noop("A party does not verify its own full powers. Another party has to."),
    "publication-made": gettext_noop("The dossier is published already."),
    "publication-none": gettext_noop("There is nothing to withdraw. Look at the page again."),
    "publication-waits": gettext_noop("The publication is proposed already. Another officer has to confirm it."),
    "release-deposits": gettext_noop("The release must name exactly the deposits that are held."),
    "release-late": gettext_noop("The time limit of the exchange has passed. Nothing is released any more."),
    "second-done": gettext_noop("This was confirmed or withdrawn already."),
    "second-expired": gettext_noop("Nobody confirmed this in time. Propose it anew."),
    "second-not-permitted": gettext_noop("Your roles do not permit this here."),
    "second-same-officer": gettext_noop("You proposed this yourself. Another officer has to confirm it."),
    "text-other": gettext_noop("Another text is on the table now. Open the page again and read it first."),
    "text-same": gettext_noop("Exactly this text is on the table already. Accept it instead."),
    "title-missing": gettext_noop("Give the dossier a title in at least one language."),
    "words-differ": gettext_noop("The words are not the same: one of the two cards is not genuine. Stop, and exchange the cards again over a channel that you trust."),
    "words-number": gettext_noop("Not all twelve words were entered."),
}  # fmt: skip
"""By the code of the refusal: what it means for the person at the page."""

FAMILIES: Final[tuple[tuple[type[ParaphError], str], ...]] = (
    (LocalActError, gettext_noop("The rules do not allow this now.")),
    (ConflictError, gettext_noop("Somebody else changed the same thing first. Open the page again.")),
    (FormatError, gettext_noop("What was given cannot be read.")),
    (PeerActError, gettext_noop("A peer sent something that the rules forbid. It is kept as evidence.")),
    (TransientError, gettext_noop("Something outside this node does not answer. Try again in a moment.")),
    (PermanentError, gettext_noop("An operator of this node has to act; waiting does not help.")),
    (AdapterError, gettext_noop("Something outside this node failed.")),
)
"""By the family of the refusal, where its code says nothing here."""


_added: dict[str, str | Promise] = {}


def add_reasons(words: Mapping[str, str | Promise]) -> None:
    """Say what refusals of an application mean, by their codes; as lazy translations of its own catalogue."""
    _added.update(words)


def reason_in_words(error: ParaphError) -> str:
    """What a refusal means, in the reader's language.

    Args:
        error: The refusal.

    Returns:
        Empty if the reader reads English, in which the refusal's own words are more exact.
    """
    if (get_language() or "en").partition("-")[0] == "en":
        return ""
    family = next((words for kind, words in FAMILIES if isinstance(error, kind)), "")
    if error.code in _added and error.code not in REASONS:
        return str(_added[error.code])
    words = REASONS.get(error.code, family)
    return gettext(words) if words else ""
