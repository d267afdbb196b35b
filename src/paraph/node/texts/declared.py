"""The declarations of a text, as a list for its readers: what it says about itself, and what it still has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from paraph.domain.declarations import (
    Alternat,
    Conclusion,
    Declarations,
    EntryRule,
    Layout,
    Method,
    Nature,
    TextStatus,
    missing_declarations,
)

__all__ = ["STATUSES", "Declared", "declared", "language_name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One declaration: its name, what is declared, and why it matters where it is missing."""

    name: str
    value: str
    missing: str = ""


STATUSES: Final[Mapping[TextStatus, str | Promise]] = {
    TextStatus.AUTHENTIC: gettext_lazy("authentic"),
    TextStatus.PREVAILING: gettext_lazy("prevailing"),
    TextStatus.COURTESY: gettext_lazy("courtesy translation"),
}

_WORDS: Final[Mapping[object, str | Promise]] = {
    Nature.BINDING: gettext_lazy("Binding under international law"),
    Nature.POLITICAL: gettext_lazy("Political: no rights or obligations under international law"),
    Conclusion.ON_EXCHANGE: gettext_lazy("When the signatures are exchanged"),
    Conclusion.ON_LAST_SIGNATURE: gettext_lazy("With the last signature"),
    Method.ELECTRONIC: gettext_lazy("Electronically"),
    Method.WET_INK: gettext_lazy("On paper, in ink"),
    Method.HYBRID: gettext_lazy("Electronically and on paper"),
    EntryRule.ON_CONCLUSION: gettext_lazy("When it is concluded"),
    EntryRule.ON_LAST_SIGNATURE: gettext_lazy("With the last signature"),
    EntryRule.NONE: gettext_lazy("It has no entry into force"),
    Alternat.BY_COPY: gettext_lazy("The party that keeps an original is named first in it"),
    Alternat.BY_LANGUAGE: gettext_lazy("In each language the party whose language it is is named first"),
    Layout.SEQUENCE: gettext_lazy("One language after the other"),
    Layout.COLUMNS: gettext_lazy("Languages beside each other"),
}

_LANGUAGES: Final[Mapping[str, str | Promise]] = {
    "ar": gettext_lazy("Arabic"), "de": gettext_lazy("German"), "en": gettext_lazy("English"), "es": gettext_lazy("Spanish"),
    "fr": gettext_lazy("French"), "he": gettext_lazy("Hebrew"), "ru": gettext_lazy("Russian"), "sq": gettext_lazy("Albanian"),
    "sr": gettext_lazy("Serbian"), "tr": gettext_lazy("Turkish"), "zh": gettext_lazy("Chinese"),
}  # fmt: skip


def language_name(lang: str) -> str:
    """What a language is called in the reader's; its tag if these pages have no name for it."""
    return str(_LANGUAGES.get(lang) or _LANGUAGES.get(lang.partition("-")[0]) or lang)


def declared(declarations: Declarations) -> tuple[Declared, ...]:
    """Every declaration of a text, in a fixed order; those that are missing say why they block initialling."""
    missing = frozenset(missing_declarations(declarations))
    rows = [
        Declared(
            name=_("Nature"),
            value=_said(declarations.nature),
            missing=_("Readers would not know whether the parties mean to be bound.")
            if "nature" in missing
            else "",
        )
    ]
    rows += [
        Declared(
            name=_("Text in %(language)s") % {"language": language_name(one.lang)},
            value=str(STATUSES[one.status]) if one.status else "",
            missing=_("Nobody could say what this version counts for.") if one.status is None else "",
        )
        for one in declarations.languages
    ]
    if "languages" in missing:
        rows.append(
            Declared(
                name=_("Languages"),
                value="",
                missing=_("All versions are courtesy translations: none counts."),
            )
        )
    rows += [
        Declared(
            name=_("Moment of conclusion"),
            value=_said(declarations.conclusion),
            missing=_("Nobody could say at which moment it is concluded.") if "conclusion" in missing else "",
        ),
        Declared(
            name=_("Signature"),
            value=_said(declarations.method),
            missing=_("How it is signed has to be agreed before it is fixed.") if "method" in missing else "",
        ),
        Declared(
            name=_("Entry into force or effect"),
            value=_entry(declarations),
            missing=_("Nobody could say from when it applies.") if "entry_into_force" in missing else "",
        ),
        Declared(name=_("Order of names"), value=_said(declarations.alternat)),
        Declared(name=_("Pages"), value=_said(declarations.layout)),
    ]
    return tuple(rows)


def _said(value: object) -> str:
    return str(_WORDS[value]) if value is not None else ""


def _entry(declarations: Declarations) -> str:
    entry = declarations.entry_into_force
    if entry is None:
        return ""
    if entry.rule is EntryRule.DAYS_AFTER_LATER_NOTIFICATION:
        return _("%(days)s days after the later notification") % {"days": entry.days}
    if entry.rule is EntryRule.FIXED_DATE:
        return _("On %(date)s") % {"date": entry.date}
    return _said(entry.rule)
