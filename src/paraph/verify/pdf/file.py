"""Verification of a signed PDF: the one entry point, and the order of its steps.

1. Account for every byte (:mod:`~paraph.verify.pdf.layout`).
2. Find every signature and check its gap (:mod:`~paraph.verify.pdf.signatures`).
3. Judge what each update after a signature did (:mod:`~paraph.verify.pdf.changes`).
4. Verify the cryptography, the times and the certificates (:mod:`~paraph.verify.pdf.proof`).

The verifier reads no file, opens no connection and knows no clock: the caller gives bytes, trust and time. It does
not raise on bad evidence; every problem is a finding.

    report = verify_pdf(data, path="original.pdf", anchors=TrustAnchors.load([pem]), at=datetime.now(UTC))
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from paraph.errors import FormatError
from paraph.verify.anchors import TrustAnchors
from paraph.verify.codes import Aspect
from paraph.verify.findings import Findings
from paraph.verify.pdf.changes import judge_updates, references
from paraph.verify.pdf.form import Field, Form, Forms
from paraph.verify.pdf.judge import Update
from paraph.verify.pdf.later import apply_updates, coverage
from paraph.verify.pdf.layout import Layout, read_layout
from paraph.verify.pdf.objects import Dictionary, Ref
from paraph.verify.pdf.proof import Proof, Prover, utc
from paraph.verify.pdf.restrictions import find_restrictions
from paraph.verify.pdf.signatures import MAX_SIGNATURES, SignatureValue, read_signature
from paraph.verify.pdf.store import Store, read_store
from paraph.verify.pdf.text import revision_text
from paraph.verify.pdf.view import Document, View
from paraph.verify.verdict import FileReport, SignatureReport, Verdict, worst

__all__ = ["MAX_FILE_BYTES", "verify_pdf"]

# The file is held in memory twice at most; scanned originals with hundreds of pages stay below.
MAX_FILE_BYTES = 512 << 20

_BOTH = (Aspect.INTEGRITY, Aspect.TRUST)


def verify_pdf(
    data: bytes, *, path: str, anchors: TrustAnchors, at: datetime, expected_base: bytes | None = None
) -> FileReport:
    """Verify a signed PDF, anybody's.

    Args:
        data: The file.
        path: Its name, for the report only.
        anchors: Whom the caller trusts; may be empty, then trust is indeterminate.
        at: The time of verification; a time without zone counts as UTC.
        expected_base: The agreed original that the file must begin with, byte for byte, before the first signature.

    Returns:
        The report. Whatever the bytes are, there is one.
    """
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    shared = Findings()
    if len(data) > MAX_FILE_BYTES:
        shared.add("too-large", f"the file has more than {MAX_FILE_BYTES} bytes and was not read")
        return _report(path, shared, [], [])
    judged = _File(data, shared, anchors, at, expected_base)
    try:
        judged.judge()
    except FormatError as error:
        shared.add("malformed", f"the document cannot be read: {error.message}")
    except Exception as error:  # noqa: BLE001 - hostile bytes must not stop a run over many files; tests forbid this code
        shared.add(
            "verifier-fault",
            f"the verifier could not finish: {type(error).__name__}; please report this file",
        )
    return _report(path, shared, judged.signatures, judged.timestamps)


class _File:
    """One verification; what is complete when a step fails is reported."""

    def __init__(
        self, data: bytes, shared: Findings, anchors: TrustAnchors, at: datetime, expected_base: bytes | None
    ) -> None:
        self.data, self.shared, self.anchors, self.at, self.expected_base = (
            data,
            shared,
            anchors,
            at,
            expected_base,
        )
        self.signatures: list[tuple[SignatureReport, Findings]] = []
        self.timestamps: list[tuple[SignatureReport, Findings]] = []

    def judge(self) -> None:
        layout = read_layout(self.data, self.shared)
        if layout is None:
            return
        if any("Encrypt" in revision.trailer for revision in layout.revisions):
            self.shared.add("encrypted", "the file is encrypted; decrypting it would break its signatures")
            return
        document = Document(layout)
        last = layout.revisions[-1]
        view = document.view(last)
        forms = Forms(document)
        form, catalog = forms.of(last)
        texts = [revision_text(document, revision) for revision in layout.revisions]
        find_restrictions(texts, view, catalog, self.shared)
        filled = self._filled(view, form, catalog, texts)
        values = self._values(document, view, filled, layout)
        if not filled:
            self.shared.add("no-signature", "the file holds no signature")
        elif all(value.is_timestamp for value, _ in values) and len(values) == len(filled):
            self.shared.add("timestamps-only", "the file holds document time stamps but no signature")
        self._base(layout, values)
        referred = [references(text) for text in texts]
        updates: list[Update] = []
        if values:
            signed = values[0][0].revision
            updates = judge_updates(document, forms, layout.revisions, referred, signed)
            self._unreachable(referred, layout, signed)
        self._prove(values, updates, self._store(view, catalog), len(layout.revisions))

    def _filled(self, view: View, form: Form, catalog: Dictionary, texts: Sequence[bytes]) -> list[Field]:
        """The signature fields with a value, and a finding for every signature that is in none."""
        filled = [field for field in form.signatures() if view.resolve(field.value) is not None]
        if len(filled) > MAX_SIGNATURES:
            self.shared.add(
                "too-many-signatures",
                f"the file holds more than {MAX_SIGNATURES} signatures; the rest is not read",
            )
            filled = filled[:MAX_SIGNATURES]
        names = [field.name for field in filled]
        owners = [field.value.number for field in filled if isinstance(field.value, Ref)]
        if len(set(names)) < len(names) or len(set(owners)) < len(owners):
            self.shared.add("signature-shared", "two signature fields share one name or one signature")
        expected = sum("ByteRange" in (view.dictionary(field.value) or ()) for field in filled)
        rights = view.dictionary((view.dictionary(catalog.get("Perms")) or Dictionary()).get("UR3"))
        if rights is not None:
            self.shared.add(
                "usage-rights", "the file carries a usage-rights signature of its authoring program"
            )
            expected += "ByteRange" in rights
        if sum(text.count(b"/ByteRange") for text in texts) != expected:
            self.shared.add("signature-outside-form", "a signature dictionary belongs to no signature field")
        return filled

    def _values(
        self, document: Document, view: View, filled: Sequence[Field], layout: Layout
    ) -> list[tuple[SignatureValue, Findings]]:
        values: list[tuple[SignatureValue, Findings]] = []
        for field in filled:
            findings = Findings(field.name)
            value = read_signature(document, view, field, layout.revisions, findings)
            if value is None:
                self.signatures.append((_unread(field.name), findings))
            else:
                values.append((value, findings))
        values.sort(key=lambda item: (item[0].revision, item[0].gap))
        return values

    def _base(self, layout: Layout, values: Sequence[tuple[SignatureValue, Findings]]) -> None:
        base = self.expected_base
        if base is None:
            return
        first = values[0][0].revision if values else len(layout.revisions) + 1
        ends = {
            end for revision in layout.revisions[: first - 1] for end in (revision.core_end, revision.end)
        }
        starts = {revision.start for revision in layout.revisions[:first]}
        if not self.data.startswith(base) or len(base) not in ends | starts:
            self.shared.add(
                "not-the-agreed-original", "the file does not begin with exactly the agreed original"
            )
        elif layout.revisions[: first - 1] and len(base) < layout.revisions[first - 2].core_end:
            self.shared.add("not-the-agreed-original", "the agreed original was updated before it was signed")

    def _unreachable(self, referred: Sequence[set[int]], layout: Layout, signed: int) -> None:
        """Tell what nothing refers to: it waits in the file, and an update could try to use it."""
        first = layout.revisions[signed - 1]
        carriers = {entry.place for entry in first.view.values() if entry.kind == 2}
        carriers |= {section.number for revision in layout.revisions for section in revision.sections}
        for revision in layout.revisions:
            carriers |= {
                ref.number for key in ("Root", "Info") if isinstance(ref := revision.trailer.get(key), Ref)
            }
        alone = sorted(first.view.keys() - set[int]().union(*referred) - carriers)
        if alone:
            some = ", ".join(map(str, alone[:8]))
            self.shared.add(
                "unreachable-object", f"{len(alone)} signed objects are referred to by nothing: {some}"
            )

    def _store(self, view: View, catalog: Dictionary) -> Store:
        try:
            return read_store(view, catalog, self.shared)
        except FormatError as error:
            self.shared.add("store-malformed", error.message)
            return Store()

    def _prove(
        self,
        values: Sequence[tuple[SignatureValue, Findings]],
        updates: Sequence[Update],
        store: Store,
        revisions: int,
    ) -> None:
        if not values:
            return
        plain = [value for value, _ in values]
        for value, findings in values:
            apply_updates(value, plain, updates, findings)
        end = max(value.end for value in plain)
        if plain[-1].revision == revisions and end != len(self.data):
            self.shared.add(
                "not-whole-file", f"{len(self.data) - end} bytes follow what the last signature covers"
            )
        prover = Prover(self.data, values, store, self.anchors, self.at)
        if prover.unusable:
            self.shared.add(
                "revocation-unusable",
                f"{prover.unusable} revocation lists or responses in the file cannot be used",
            )
        for value, findings in values:
            covers = coverage(value, plain, updates, revisions, len(self.data))
            target = self.timestamps if value.is_timestamp else self.signatures
            target.append(
                (_signature_report(value.field, prover.proof(value), covers, self.shared, findings), findings)
            )


def _signature_report(
    field: str, proof: Proof, covers: str, shared: Findings, findings: Findings
) -> SignatureReport:
    integrity, trust = (worst((shared.verdict(aspect), findings.verdict(aspect))) for aspect in _BOTH)
    return SignatureReport(
        field=field,
        signer=proof.signer,
        verdict=worst((integrity, trust)),
        integrity=integrity,
        trust=trust,
        covers=covers,
        signed_at=utc(proof.signed_at),
        time_source=proof.time_source,
        level=proof.level,
    )


def _unread(field: str) -> SignatureReport:
    return SignatureReport(
        field=field,
        signer="",
        verdict=Verdict.FAIL,
        integrity=Verdict.FAIL,
        trust=Verdict.INDETERMINATE,
        covers="nothing",
        signed_at="",
        time_source="none",
        level="none",
    )


def _report(
    path: str,
    shared: Findings,
    signatures: Sequence[tuple[SignatureReport, Findings]],
    timestamps: Sequence[tuple[SignatureReport, Findings]],
) -> FileReport:
    every = [*signatures, *timestamps]
    findings = dict.fromkeys((*shared.made, *(finding for _, own in every for finding in own.made)))
    verdicts = [report.verdict for report, _ in every]
    return FileReport(
        path=path,
        kind="pdf",
        verdict=worst((*verdicts, *(shared.verdict(aspect) for aspect in _BOTH))),
        findings=tuple(findings),
        signatures=tuple(report for report, _ in signatures),
        timestamps=tuple(report for report, _ in timestamps),
    )
