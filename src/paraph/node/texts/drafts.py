"""Drafts: begun, saved without ever overwriting anybody, checked as they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from paraph.app.drafting import Choice, own_particulars, read_draft
from paraph.domain.concordance import concordance
from paraph.domain.declarations import missing_declarations
from paraph.domain.ids import PartyId
from paraph.domain.language import check_tag
from paraph.domain.remarks import Remark
from paraph.domain.standing import Dossier
from paraph.domain.texts import MAX_LANGUAGES, InstrumentText
from paraph.domain.wording import wording
from paraph.errors import FormatError
from paraph.node.people.models import Officer
from paraph.node.texts.declared import Declared, declared
from paraph.node.texts.models import Draft, SetAside
from paraph.node.web.dates import entered_date
from paraph.node.web.host import host
from paraph.wire.text_json import read_parties

__all__ = ["DISCARDED", "Checked", "Entered", "begin", "check", "entered", "put_aside", "save", "skeleton"]

DISCARDED: Final = "discarded"
"""In the place of the act that proposed a draft: it was laid away, and can be taken up again."""

KEPT_ASIDE: Final = 50
"""Replaced versions of one draft that are kept; the oldest goes."""

NOTE_CHARS: Final = 4_000
"""Characters of a word to the other side."""

_UNKEEPABLE: Final = re.compile("[\0\ud800-\udfff]")
_LANG: Final = re.compile(r"([A-Za-z0-9-]{2,35})(?:,|:) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What was entered into the form of a draft."""

    contents: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    note: str
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A draft as it stands.

    Attributes:
        text: The text that it makes, or None while it makes none.
        errors: What is wrong, by field.
        declared: Its declarations.
        remarks: What a drafter should look at.
        missing: How many declarations are missing.
    """

    text: InstrumentText | None
    errors: Mapping[str, str]
    declared: tuple[Declared, ...] = ()
    remarks: tuple[Remark, ...] = ()
    missing: int = 0

    def to_json(self) -> dict[str, Any]:
        """What the page's script shows."""
        return {"errors": dict(self.errors), "remarks": len(self.remarks), "missing": self.missing}


def begin(
    officer: Officer,
    dossier: str,
    contents: Mapping[str, str],
    *,
    number: str = "",
    base: str = "",
    given: str = "",
) -> Draft:
    """Begin a draft."""
    now = host().node.clock.now()
    return Draft.objects.create(
        dossier=dossier,
        instrument=number,
        base=base,
        contents=dict(contents),
        given=given,
        by=officer,
        by_name=officer.name,
        made_at=now,
        saved_by=officer.name,
        saved_at=now,
    )


def entered(sent: QueryDict, draft: Draft, parties: tuple[PartyId, ...]) -> Entered:
    """Read the form of a draft; languages that it does not hold stay as they are."""
    contents = {lang: _kept(sent.get(f"content-{lang}", words)) for lang, words in draft.contents.items()}
    choices: dict[str, dict[str, str]] = {str(k): dict(v) for k, v in draft.choices.items()}
    errors: dict[str, str] = {}
    for party in parties:
        if f"date-{party}-day" not in sent and f"signatory-{party}" not in sent:
            continue
        chosen = choices.setdefault(party, {})
        chosen["signatory"] = sent.get(f"signatory-{party}", "")[:600]
        try:
            day = entered_date(sent, f"date-{party}")
        except ValueError:
            errors[f"date-{party}"] = _(
                "This is no day. Write it in numbers, such as 1 2 2021, or leave it empty."
            )
        else:
            chosen["date"] = day.isoformat() if day else ""
    return Entered(
        contents=contents,
        choices=choices,
        note=_kept(sent.get("note", draft.note))[:NOTE_CHARS],
        errors=errors,
    )


def _kept(words: str) -> str:
    """Words as they can be kept: Unix lines; what no store can hold leaves a sign."""
    return _UNKEEPABLE.sub("\ufffd", words.replace("\r\n", "\n").replace("\r", "\n"))


def save(draft: Draft, officer: Officer, what: Entered, version: int) -> bool:
    """Save, unless somebody else saved something else since ``version`` was read.

    Returns:
        Whether it is saved now; ``draft`` is as it stands in the store.
    """
    values = {"contents": dict(what.contents), "choices": dict(what.choices), "note": what.note}
    draft.refresh_from_db()
    if all(getattr(draft, name) == value for name, value in values.items()):
        return True
    now = host().node.clock.now()
    saved = Draft.objects.filter(pk=draft.pk, version=version).update(
        **values, version=version + 1, saved_by=officer.name, saved_at=now
    )
    draft.refresh_from_db()
    return bool(saved)


def put_aside(draft: Draft, contents: Mapping[str, str], note: str, by_name: str) -> None:
    """Keep a version that another one replaces."""
    with transaction.atomic():
        SetAside.objects.create(
            draft=draft, contents=dict(contents), note=note, by_name=by_name, at=host().node.clock.now()
        )
        old = SetAside.objects.filter(draft=draft).values_list("pk", flat=True)[KEPT_ASIDE:]
        SetAside.objects.filter(pk__in=list(old)).delete()


def check(standing: Dossier, draft: Draft, table: InstrumentText | None) -> Checked:
    """Read a draft as the node would, and say what is wrong and what is noticed."""
    for lang, words in draft.contents.items():
        if "\ufffd" in words:
            line = words[: words.index("\ufffd")].count("\n") + 1
            problem = _(
                "Line %(line)s: the sign %(sign)s stands for a character that cannot be kept; write it again."
            )
            return Checked(text=None, errors={f"content-{lang}": problem % {"line": line, "sign": "\ufffd"}})
    try:
        given = read_parties(draft.given.encode()) if draft.given else ()
        choices = {
            p: Choice(signatory=c.get("signatory", ""), date=c.get("date", ""))
            for p, c in draft.choices.items()
        }
        particulars = own_particulars(standing, table, choices, given)
        text = read_draft(draft.contents, particulars, draft.instrument)
    except FormatError as error:
        return Checked(text=None, errors={_field_of(error, draft): error.message})
    absent = sorted(set(standing.parties) - {p.id for p in text.parties})
    if absent:
        problem = _(
            "Nothing is known of %(party)s: it has not described itself. Give its particulars below, or wait."
        )
        return Checked(text=None, errors={"given": problem % {"party": ", ".join(absent)}})
    return Checked(
        text=text,
        errors={},
        declared=declared(text.declarations),
        remarks=(*concordance(text), *wording(text)),
        missing=len(missing_declarations(text.declarations)),
    )


def _field_of(error: FormatError, draft: Draft) -> str:
    """The field in which a mistake is to be mended."""
    lang = str(error.params.get("lang", ""))
    if lang not in draft.contents:
        found = _LANG.match(error.message)
        lang = found[1] if found else str(error.params.get("one", ""))
    if error.code == "party-unknown":
        return "given"
    return (
        f"content-{lang}"
        if lang in draft.contents
        else next((f"content-{one}" for one in draft.contents), "")
    )


def skeleton(
    number: str, langs: tuple[str, ...], parties: tuple[PartyId, ...], specimen: str
) -> dict[str, str]:
    """The beginning of a new text: what has to be declared, and a first clause to write over."""
    for lang in langs:
        check_tag(lang)
    if not 1 <= len(langs) <= MAX_LANGUAGES:
        raise FormatError(
            "languages-count", f"a text has 1 to {MAX_LANGUAGES} languages, this one {len(langs)}"
        )
    first, *others = langs
    banner = f"specimen: {_quoted(specimen)}\n" if specimen else ""
    statuses = "".join(f"  {lang}: authentic\n" for lang in langs)
    leading = (
        f"---\nlang: {first}\ntitle: \n{banner}number: {_quoted(number)}\nparties: [{', '.join(parties)}]\n"
        f"# binding or political\nnature: \nlanguages:\n{statuses}# on-exchange or on-last-signature\nconclusion: \n"
        "# electronic, wet-ink or hybrid\nmethod: \n# on-conclusion, on-last-signature, none, or {rule: fixed-date, date: 2026-01-31}\n"
        "entry-into-force: \nalternat: by-copy\nlayout: columns\n---\n\n{parties},\n\n## \n\n\n"
    )
    rest = {lang: f"---\nlang: {lang}\ntitle: \n{banner}---\n\n{{parties}},\n\n## \n\n\n" for lang in others}
    return {first: leading} | rest


def _quoted(words: str) -> str:
    """As YAML writes words that may hold anything."""
    return "'" + words.replace("'", "''") + "'"
