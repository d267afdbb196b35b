"""Four eyes: one officer proposes, another one with the same permission confirms.

What is proposed does not change any more; whoever confirms, confirms exactly that. The caller acts after ``confirm``, in the same
transaction: if the act is refused, the proposal stays open.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise

from paraph.domain.instants import after
from paraph.errors import LocalActError
from paraph.node.people.gate import dossiers_where
from paraph.node.people.gate import may as is_permitted
from paraph.node.people.journal import note
from paraph.node.people.models import Officer, Proposal
from paraph.node.people.roles import May
from paraph.node.web.host import host

__all__ = [
    "LIVES_S",
    "NAMES",
    "confirm",
    "confirmed",
    "is_open",
    "pending",
    "propose",
    "waiting_for",
    "withdraw",
]

LIVES_S: Final = 14 * 24 * 3600
"""A proposal that nobody confirmed in two weeks has to be made anew: by then things may have changed."""

NAMES: Final[dict[str, str | Promise]] = {}
"""How pages call what is proposed; each application adds its own when it is ready."""


def propose(
    officer: Officer, what: str, *, may: May, dossier: str = "", detail: str = "", where: str = ""
) -> Proposal:
    """Propose something that another officer has to confirm.

    Args:
        officer: Who proposes; has to be permitted it, too.
        what: A short name, such as ``originals-adopted``.
        may: What both have to be permitted.
        dossier: In which dossier, or "".
        detail: What exactly, in a form that the caller understands.
        where: Address of the page that shows it and lets one confirm it.

    Raises:
        LocalActError: ``second-not-permitted``.
    """
    _check_permitted(officer, may, dossier)
    now = host().node.clock.now()
    made = Proposal.objects.create(
        what=what,
        dossier=dossier,
        detail=detail,
        may=may,
        where=where,
        by=officer,
        by_name=officer.name,
        at=now,
        expires_at=after(now, LIVES_S),
    )
    note(officer, f"{what}-proposed"[:64], dossier=dossier, detail=detail)
    return made


def confirm(officer: Officer, proposal: Proposal | int, remark: str = "") -> Proposal:
    """Confirm what somebody else proposed; of several who do so at once one succeeds.

    Raises:
        LocalActError: ``second-unknown``, ``second-same-officer``, ``second-not-permitted``, ``second-proposer``,
            ``second-done``, ``second-expired``.
    """
    found = _find(proposal)
    if found.by_id == officer.pk:  # type: ignore[attr-defined]
        raise LocalActError(
            "second-same-officer", "you proposed this yourself: another officer has to confirm it"
        )
    _check_permitted(officer, May(found.may), found.dossier)
    if found.by is None or not _permitted(found.by, May(found.may), found.dossier):
        raise LocalActError("second-proposer", "who proposed this may not do it any more: propose it anew")
    now = host().node.clock.now()
    if found.expires_at <= now:
        raise LocalActError("second-expired", "nobody confirmed this in time: propose it anew")
    with transaction.atomic():
        rows = Proposal.objects.filter(pk=found.pk, second_at="", withdrawn_at="")
        if not rows.update(second_by=officer, second_name=officer.name, second_at=now, remark=remark):
            raise LocalActError("second-done", "this was confirmed or withdrawn already")
        note(officer, f"{found.what}-confirmed"[:64], dossier=found.dossier, detail=found.detail)
    return Proposal.objects.get(pk=found.pk)


def withdraw(officer: Officer, proposal: Proposal | int) -> None:
    """Take a proposal back, one's own or as somebody who might have confirmed it.

    Raises:
        LocalActError: ``second-unknown``, ``second-not-permitted``, ``second-done``.
    """
    found = _find(proposal)
    if found.by_id != officer.pk:  # type: ignore[attr-defined]
        _check_permitted(officer, May(found.may), found.dossier)
    rows = Proposal.objects.filter(pk=found.pk, second_at="", withdrawn_at="")
    if not rows.update(withdrawn_at=host().node.clock.now()):
        raise LocalActError("second-done", "this was confirmed or withdrawn already")
    note(officer, f"{found.what}-withdrawn"[:64], dossier=found.dossier, detail=found.detail)


def waiting_for(officer: Officer) -> list[Proposal]:
    """What this officer may confirm now, the oldest first."""
    found: list[Proposal] = []
    rows = list(_open().exclude(by=officer).order_by("pk"))
    for what in {row.may for row in rows}:
        where = dossiers_where(officer, May(what))
        found += [
            row
            for row in rows
            if row.may == what and (where is None or row.dossier in where or (not row.dossier and where))
        ]
    return sorted(found, key=lambda row: int(row.pk))


def pending(what: str, dossier: str = "", detail: str | None = None) -> list[Proposal]:
    """Proposals of a kind that are open."""
    return list(_of(_open(), what, dossier, detail).order_by("pk"))


def confirmed(what: str, dossier: str = "", detail: str | None = None) -> Proposal | None:
    """The last one of a kind that two officers stand behind."""
    rows = _of(Proposal.objects.exclude(second_at=""), what, dossier, detail)
    return rows.order_by("-second_at", "-pk").first()


def is_open(proposal: Proposal) -> bool:
    """Whether it can still be confirmed."""
    return (
        not proposal.second_at and not proposal.withdrawn_at and proposal.expires_at > host().node.clock.now()
    )


def _open() -> QuerySet[Proposal]:
    now = host().node.clock.now()
    return Proposal.objects.filter(second_at="", withdrawn_at="", expires_at__gt=now)


def _of(rows: QuerySet[Proposal], what: str, dossier: str, detail: str | None) -> QuerySet[Proposal]:
    rows = rows.filter(what=what, dossier=dossier)
    return rows if detail is None else rows.filter(detail=detail)


def _find(proposal: Proposal | int) -> Proposal:
    number = proposal.pk if isinstance(proposal, Proposal) else proposal
    found = Proposal.objects.filter(pk=number).first()
    if found is None:
        raise LocalActError("second-unknown", "there is no such proposal")
    return found


def _check_permitted(officer: Officer, what: May, dossier: str) -> None:
    if not _permitted(officer, what, dossier):
        raise LocalActError("second-not-permitted", "your roles do not permit this here")


def _permitted(officer: Officer, what: May, dossier: str) -> bool:
    return bool(officer.active) and is_permitted(officer, what, dossier or None)
