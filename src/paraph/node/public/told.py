"""A report of the verifier in words: one sentence for a minister, everything for an expert."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

__all__ = ["Signer", "Told", "told"]

MOST_FINDINGS: Final = 200
"""Findings shown on a page; the rest is counted, and the command line has them all."""

WHOLE: Final = "whole file"
"""How the verifier says that a signature covers everything (``verify/pdf/later.py``)."""

CHANGED: Final = frozenset(
    {
        "annotation-changed", "catalog-changed", "certification-violated", "field-added", "field-added-visible",
        "field-changed", "field-locked", "form-changed", "form-filled-unpermitted", "hybrid-update",
        "information-changed", "not-whole-file", "object-added", "object-awaited", "object-changed",
        "object-hidden-in-stream", "object-removed", "page-changed", "signature-changed", "trailer-changed",
        "trailing-bytes", "update-unreadable",
    }
)  # fmt: skip
"""Findings that say that something which nobody signed was added or changed after a signature."""

TAGS: Final[Mapping[str, tuple[str, str | Promise]]] = {
    "pass": ("green", gettext_lazy("Pass")),
    "fail": ("red", gettext_lazy("Fail")),
    "indeterminate": ("yellow", gettext_lazy("Indeterminate")),
}
"""Colour and word of each verdict; the word says it all."""

KINDS: Final[Mapping[str, str | Promise]] = {
    "pdf": gettext_lazy("Signed PDF"),
    "container": gettext_lazy("Container of a concluded dossier"),
    "proof": gettext_lazy("Proof that a node contradicted itself"),
}

SOURCES: Final[Mapping[str, str | Promise]] = {
    "signature-timestamp": gettext_lazy("proved by a time stamp"),
    "document-timestamp": gettext_lazy("proved by a time stamp of the document"),
    "claimed": gettext_lazy("as the signer claims"),
}

RANK: Final = ("error", "warning", "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed, for the plain part of the page."""

    name: str
    colour: str
    word: str
    at: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the page shows.

    Attributes:
        verdict: ``pass``, ``fail`` or ``indeterminate``.
        colour: Of the tag.
        word: In the tag.
        kind: What the file is.
        sentence: The verdict in one sentence.
        why: The first reason, in English as the verifier words it, or "".
        after: Whether anything was added after a signature, in one sentence; "" where the question has no sense.
        signers: Who signed.
        findings: Every finding, worst first, at most ``MOST_FINDINGS``.
        hidden: How many more there are.
        signatures: Every signature and time stamp, as the verifier reports them.
    """

    verdict: str
    colour: str
    word: str
    kind: str
    sentence: str
    why: str
    after: str
    signers: tuple[Signer, ...]
    findings: tuple[Mapping[str, str], ...]
    hidden: int
    signatures: tuple[Mapping[str, str], ...]


def told(report: Mapping[str, Any]) -> Told:
    """Put a report into words, in the reader's language.

    Args:
        report: As ``FileReport.to_json``.
    """
    verdict, kind = report["verdict"], report["kind"]
    findings = sorted(report["findings"], key=lambda one: RANK.index(one["severity"]))
    stamps = report.get("timestamps", [])
    colour, word = TAGS[verdict]
    return Told(
        verdict=verdict,
        colour=colour,
        word=str(word),
        kind=str(KINDS.get(kind, kind)),
        sentence=_sentence(verdict, kind, report),
        why=next((one["message"] for one in findings if one["severity"] != "info"), "")
        if verdict != "pass"
        else "",
        after=_after(report) if kind == "pdf" else "",
        signers=tuple(_signers(report["signatures"])),
        findings=tuple(findings[:MOST_FINDINGS]),
        hidden=max(0, len(findings) - MOST_FINDINGS),
        signatures=(*report["signatures"], *stamps),
    )


def _sentence(verdict: str, kind: str, report: Mapping[str, Any]) -> str:
    if kind == "proof":
        return _proof_sentence(verdict)
    count = len(report["signatures"])
    if verdict == "pass":
        return ngettext(
            "This is exactly what was signed: the one signature holds, and there is reason to believe the signer.",
            "This is exactly what was signed: all %(count)d signatures hold, and there is reason to believe the signers.",
            count,
        ) % {"count": count}
    if verdict == "fail":
        if not count:
            return _("Do not rely on this file: it is broken, or carries no signature that can be judged.")
        return _("Do not rely on this file: something in it is forged, altered or broken.")
    if all(one["integrity"] == "pass" for one in report["signatures"]) and count:
        return _(
            "The file is as it was signed, but with what is at hand it cannot be said whether to believe the signers."
        )
    return _("With what is at hand it cannot be said whether this file is what it should be.")


def _proof_sentence(verdict: str) -> str:
    if verdict == "pass":
        return _("The proof holds: the node that it names has signed two things that exclude each other.")
    if verdict == "fail":
        return _("The proof proves nothing: do not accuse anybody with it.")
    return _("The proof may hold, but with what is at hand it cannot be said whose keys these are.")


def _after(report: Mapping[str, Any]) -> str:
    signatures = [*report["signatures"], *report.get("timestamps", [])]
    if not report["signatures"]:
        return ""
    if any(one["code"] in CHANGED for one in report["findings"]):
        return _("Something that nobody signed was added or changed after a signature.")
    if any(one["covers"] == WHOLE for one in signatures):
        if len(signatures) == 1:
            return _("Nothing was added after the signature.")
        return _(
            "Nothing was added after the last signature; what was added between signatures is listed below."
        )
    return _("Something follows the last signature; it is listed below.")


def _signers(signatures: Sequence[Mapping[str, str]]) -> Iterator[Signer]:
    for one in signatures:
        colour, word = TAGS[one["verdict"]]
        yield Signer(
            name=one["signer"],
            colour=colour,
            word=str(word),
            at=one["signed_at"],
            source=str(SOURCES.get(one["time_source"], "")),
        )
