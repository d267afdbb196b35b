"""Why a signatory cannot sign now, and what he or she does about it: plain words instead of an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from paraph.app.approval import check_can_sign
from paraph.domain.standing import PlanState
from paraph.errors import ParaphError
from paraph.node.signing.scene import Scene

__all__ = ["Hindrance", "hindrance_of", "told_as"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """What stands in the way.

    Attributes:
        code: Name of the reason.
        what: What happened.
        remedy: What to do.
        detail: The exact words, in English; for whoever is called.
        waits: Whether it passes by itself: the page looks again.
    """

    code: str
    what: str | Promise
    remedy: str | Promise
    detail: str = ""
    waits: bool = False


_CALL: Final = _("Call your treaty officer. Nothing was signed.")
_WAIT: Final = _("You need not do anything: this page looks again by itself.")

_WORDS: Final[Mapping[str, tuple[str | Promise, str | Promise, bool]]] = {
    "no-plan": (_("There is nothing to sign yet."), _("Come back when your treaty officer tells you."), False),
    "not-you": (_("Somebody else signs this package."), _("Call your treaty officer if that is wrong."), False),
    "not-a-party": (_("Nothing is signed at this node."), _("Call your treaty officer if that is wrong."), False),
    "plan-proposed": (_("Not everybody has accepted the signing plan yet."), _WAIT, True),
    "plan-not-final": (
        _("Your node waits until all sides have confirmed that they hold the same signing plan."), _WAIT, True,
    ),
    "plan-state": (_("The exchange is not open any more."), _CALL, False),
    "plan-stopped": (_("The exchange was stopped. No signature changed hands."), _CALL, False),
    "plan-unknown": (_("There is nothing to sign yet."), _("Come back when your treaty officer tells you."), False),
    "stopping": (_("A party wishes to stop the exchange."), _CALL, False),
    "deposit-late": (_("The time for signing is over."), _CALL, False),
    "certificate-suspended": (_("Your certificate was suspended. It cannot be used any more."), _CALL, False),
    "no-authority": (_("Your authority to sign is not complete."), _CALL, False),
    "no-order": (_("The order to sign has not been given."), _CALL, False),
    "clock-off": (_("The clocks of the nodes do not agree."), _CALL, False),
    "no-key": (_("Your signing key is not here."), _("Put your token in, or call your treaty officer."), False),
    "other-certificate": (_("The key in this node is not the one that was planned."), _CALL, False),
    "token": (_("Your token cannot be used."), _("Put your token in, and load this page again."), False),
    "no-timestamper": (_("The time-stamp service cannot be reached."), _CALL, False),
    "passkey-absent": (
        _("You have no passkey here of those that were presented for you."),
        _("Take the device with which you registered, or call your treaty officer."), False,
    ),
    "passkey-refused": (
        _("Your passkey was not accepted."), _("Try again. Take the one that you registered here. Nothing was signed."), False,
    ),
    "passkey-unknown": (
        _("This passkey was not presented for you before the plan."),
        _("Take another one of yours, or call your treaty officer. Nothing was signed."), False,
    ),
    "approval-absent": (_("You approve this with your passkey."), _("Go through the last step. Nothing was signed."), False),
    "approval-unknown": (
        _("What you were about to approve is not current any more."), _("Go through the last step again. Nothing was signed."),
        False,
    ),
    "dossier-frozen": (_("The dossier is frozen: somebody contradicted itself."), _CALL, False),
    "node-restored": (_("Your node was restored, and waits for the others."), _CALL, False),
    "countersign-turn": (_("There is nothing to sign now."), _("You need not do anything."), False),
}  # fmt: skip


def told_as(code: str, detail: str = "") -> Hindrance:
    """A reason in plain words."""
    key = code if code in _WORDS else "token" if code.startswith(("token", "pkcs11", "pin")) else ""
    if code.startswith("approval-") and code not in _WORDS:
        key = "passkey-refused"
    what, remedy, waits = _WORDS.get(key, (_("This cannot be signed now."), _CALL, False))
    return Hindrance(code=code, what=what, remedy=remedy, detail=detail, waits=waits)


def hindrance_of(scene: Scene) -> Hindrance | None:
    """What keeps the officer from signing at this moment; None if nothing does."""
    plan = scene.plan
    if not scene.is_party:
        return told_as("not-a-party")
    if plan is None:
        return told_as("no-plan")
    if plan.signatory(scene.node.party) != scene.officer.signatory:
        return told_as("not-you")
    if scene.current.frozen:
        return told_as("dossier-frozen", scene.current.frozen)
    if plan.state is PlanState.ABORTED:
        return told_as("plan-stopped", plan.reason)
    if plan.state is PlanState.PROPOSED:
        return told_as("plan-proposed")
    if plan.state is PlanState.OPEN and plan.abort_requested:
        return told_as("stopping", "; ".join(plan.abort_requested.values()))
    try:
        check_can_sign(scene.node, scene.dossier)
    except ParaphError as error:
        return told_as(error.code, error.message)
    return None
