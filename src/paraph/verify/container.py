"""Verification of a container: the one entry point, and the order of its steps.

1. The archive is exactly what its members make it (:mod:`paraph.wire.container.archive`).
2. The manifests list exactly these members (:mod:`~paraph.verify.container_seals`).
3. Every act is signed, follows its author's previous one, and stands after what it rests on
   (:mod:`~paraph.verify.dossier_acts`); the rules are applied to them in order (:mod:`~paraph.verify.log`).
4. The checkpoint is over these acts, and every party cosigned it (:mod:`~paraph.verify.dossier_log`).
5. Every original is replayed from the acts and compared, and verified as a PDF
   (:mod:`~paraph.verify.dossier_originals`).
6. Everything else in the container is made again from the acts and compared
   (:mod:`~paraph.verify.container_members`).
7. Seals, release and authority; approvals by passkey already with the rules, so that one that fails is named
   (:mod:`~paraph.verify.dossier_approvals`).

Like the verifier of PDFs it reads no file, opens no connection, knows no clock and does not raise on bad evidence.

    report = verify_container(data, path="dossier.asice", anchors=TrustAnchors.load([pem]), at=datetime.now(UTC))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from paraph.domain.ids import PartyId
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import FormatError
from paraph.verify.anchors import TrustAnchors
from paraph.verify.chain import Material
from paraph.verify.container_contents import ContainerContents, Folded, fold
from paraph.verify.container_findings import ContainerFindings
from paraph.verify.container_members import bind, compose_members, names_of_originals
from paraph.verify.container_seals import check_manifests, check_seals
from paraph.verify.container_shelves import Shelves, sort_members
from paraph.verify.dossier_acts import check_acts
from paraph.verify.dossier_approvals import check_approvals
from paraph.verify.dossier_authority import tell_authority
from paraph.verify.dossier_log import check_checkpoint
from paraph.verify.dossier_material import dossier_material
from paraph.verify.dossier_originals import agreed_beginnings, check_original, replay_each
from paraph.verify.dossier_release import check_release
from paraph.verify.dossier_replay import ReplayedOriginal
from paraph.verify.log import LogView
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.verdict import FileReport
from paraph.wire.act import SealedAct
from paraph.wire.card import PeerCard
from paraph.wire.container.archive import Member, read_archive
from paraph.wire.container.layout import (
    ORIGINALS_FOLDER,
    README_NAME,
    VERIFY_NAME,
    attachment_name,
    envelope_name,
)
from paraph.wire.container.manifest import META_FOLDER, signature_name

__all__ = ["verify_container"]

_GUIDES = frozenset({README_NAME, VERIFY_NAME})


def verify_container(data: bytes, *, path: str, anchors: TrustAnchors, at: datetime) -> FileReport:
    """Verify a container.

    Args:
        data: The file.
        path: Its name, for the report only.
        anchors: Whom the caller trusts; may be empty, then trust is indeterminate. What lies in ``trust/`` inside
            the container is never trusted.
        at: The time of verification; a time without zone counts as UTC.

    Returns:
        The report; its signatures are those of all originals, and the seals. Whatever the bytes are, there is one.
    """
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    findings = ContainerFindings()
    try:
        members = read_archive(data)
    except FormatError as error:
        findings.add(error.code, error.message)
        return findings.report(path)
    try:
        _Container(members, anchors, at, findings).check()
    except Exception as error:  # noqa: BLE001 - a verdict is owed for any bytes; tests see that this never happens
        findings.add(
            "verifier-fault", f"the verifier failed ({type(error).__name__}: {error}); please report this"
        )
    return findings.report(path)


class _Container:
    """One verification; what is complete when a step fails is reported."""

    def __init__(
        self, members: tuple[Member, ...], anchors: TrustAnchors, at: datetime, findings: ContainerFindings
    ) -> None:
        self.lying, self.anchors, self.at, self.findings = members, anchors, at, findings
        self.shelves: Shelves = sort_members(members, findings)

    def check(self) -> None:
        check_manifests(self.shelves, self.findings)
        if self._check_dossier():
            return
        for name, data in self.shelves.members.items():
            if name.startswith(ORIGINALS_FOLDER):  # without acts to compare with, each by itself
                self.findings.take_report(verify_pdf(data, path=name, anchors=self.anchors, at=self.at))

    def _check_dossier(self) -> bool:
        """Check acts, log and package; return whether the originals could be judged by the acts."""
        checked = check_acts(self.shelves.envelopes, self.shelves.attachments.get, self.findings)
        if checked is None:
            return False
        sealed, keys = checked
        folded = fold(self.shelves.envelopes, self.shelves.attachments)
        view = folded.view
        self._tell_void(view)
        if view.missing:
            self.findings.add(
                "attachment-missing",
                f"{envelope_name(view.size)} names bytes that are not here",
                attachment_name(view.missing[0]),
            )
            return False
        if view.dossier is None:
            self.findings.add(
                "opening-invalid", "the first act opens no dossier by the rules", envelope_name(0)
            )
            return False
        check_checkpoint(self.shelves.note, view, view.dossier, keys, self.findings)
        acts = tuple(one.act for one in sealed)
        plan = self._package(view.dossier)
        check_approvals(acts, view, plan or view.dossier.plan, self.shelves.attachments.get, self.findings)
        if plan is None:
            return False
        self._check_package(sealed, folded, view.dossier, plan)
        return True

    def _tell_void(self, view: LogView) -> None:
        for void in view.void:
            self.findings.add(
                "act-void",
                f"{void.kind} of {void.author} had no effect: {void.message}",
                envelope_name(void.position),
            )

    def _package(self, standing: Dossier) -> Plan | None:
        """The concluded package whose originals lie here; an instrument is concluded once, so no other has any of them.

        If originals are missing it is the one of which most are here; if none is, the newest.
        """

        def here(plan: Plan) -> int:
            return sum(name in self.shelves.members for name in names_of_originals(plan).values())

        plan = max(reversed(standing.packages), key=here, default=None)
        states = ((number, i.state) for number, i in sorted(standing.instruments.items()))
        if plan is not None:
            others = [f"{number} is {state}" for number, state in states if not plan.holds(number)]
            if others:
                self.findings.add(
                    "package-part", f"the dossier has more than this package: {', '.join(others)}"
                )
            return plan
        where = ", ".join(f"{number} is {state}" for number, state in states) or "there is no text"
        plan = standing.plan
        state = f"; its signing plan is {plan.state}" if plan is not None else ""
        self.findings.add("not-concluded", f"the package is not concluded: {where}{state}")
        return None

    def _check_package(
        self, sealed: tuple[SealedAct, ...], folded: Folded, standing: Dossier, plan: Plan
    ) -> None:
        contents = ContainerContents(
            sealed=sealed,
            note=self.shelves.note,
            attachments=self.shelves.attachments,
            bases={},
            folded=folded,
            package=plan.body.plan,
        )
        names = names_of_originals(plan)
        bases = agreed_beginnings(standing, plan, names, self.shelves.members, self.findings)
        contents = replace(contents, bases=bases)
        replayed = replay_each(contents, names, self.findings)
        for slot, name in names.items():
            if name in self.shelves.members:
                check_original(
                    contents,
                    slot,
                    name,
                    self.shelves.members[name],
                    replayed.get(slot),
                    anchors=self.anchors,
                    at=self.at,
                    findings=self.findings,
                )
        self._compare(contents, names, replayed)
        self._check_surroundings(contents)

    def _compare(
        self,
        contents: ContainerContents,
        names: Mapping[Slot, str],
        replayed: Mapping[Slot, ReplayedOriginal],
    ) -> None:
        """Make every member again and compare; originals that do not replay are reported already."""
        if len(replayed) != len(names):
            return
        try:
            expected = bind(compose_members(contents, replayed), [None] * len(contents.standing.parties))
        except FormatError as error:
            self.findings.add("member-differs", f"the members cannot be made from the acts: {error.message}")
            return
        wanted = {member.name: member.data for member in expected}
        for name, data in wanted.items():
            if name not in self.shelves.members:
                self.findings.add("member-missing", "the acts ask for this member", name)
            elif self.shelves.members[name] != data and not name.startswith(META_FOLDER):
                told = name in _GUIDES
                message = (
                    "this is not as this version writes it" if told else "this is not what the acts make it"
                )
                self.findings.add("guide-differs" if told else "member-differs", message, name)
        seals = {signature_name(number) for number in self.shelves.seals}
        for name in self.shelves.members.keys() - wanted.keys() - seals:
            self.findings.add("member-unknown", "no act asks for this member", name)
        order = [*wanted, *sorted(seals)]
        if [member.name for member in self.lying] != order and {m.name for m in self.lying} == set(order):
            self.findings.add("member-order", "the members do not lie in the order of the format")

    def _check_surroundings(self, contents: ContainerContents) -> None:
        cards: Mapping[PartyId, tuple[PeerCard, ...]] = {}
        try:
            cards = contents.cards()
        except FormatError as error:
            self.findings.add("card-invalid", error.message)

        def material_with(certificates: tuple[bytes, ...]) -> Material:
            return dossier_material(contents, self.anchors, certificates)

        parties: tuple[PartyId, ...] = contents.standing.parties
        existed = check_seals(
            self.shelves, parties, cards, self.findings, material_with=material_with, at=self.at
        )
        check_release(contents, material_with, self.findings, moment=existed, at=self.at)
        tell_authority(contents, self.findings)
