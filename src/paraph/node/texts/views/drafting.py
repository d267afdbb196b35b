"""Writing: begin a text or a counter-proposal, save it, settle a conflict, preview it, propose it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from paraph.app.drafting import Choice, own_particulars
from paraph.app.texts import current_text, propose
from paraph.domain.difference import difference
from paraph.domain.digests import text_digest
from paraph.domain.ids import DossierId, InstrumentNumber
from paraph.domain.language import check_tag
from paraph.domain.standing import Dossier
from paraph.domain.texts import InstrumentText
from paraph.errors import FormatError, LocalActError
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.texts.declared import language_name
from paraph.node.texts.drafts import (
    DISCARDED,
    Checked,
    Entered,
    begin,
    check,
    entered,
    put_aside,
    save,
    skeleton,
)
from paraph.node.texts.looking import look, look_at
from paraph.node.texts.models import NUMBER, Draft, SetAside
from paraph.node.texts.names import in_readers, names_of
from paraph.node.texts.wording import parts_of
from paraph.node.web.host import host
from paraph.node.web.notices import notice
from paraph.node.web.numbers import number_in
from paraph.wire.manuscript import write_instrument
from paraph.wire.markdown import MAX_FILE_BYTES
from paraph.wire.text_json import read_parties

__all__ = ["counter", "discard", "draft_page", "keep", "new_text", "preview"]

OFFERED: Final = ("en", "he", "sq", "ar", "fr", "de", "es", "ru", "sr", "tr", "zh")
"""Languages that the form for a new text offers; others come with their files."""


def new_text(request: HttpRequest, dossier: str) -> HttpResponse:
    """Begin a new instrument: its number, and its languages or files."""
    found = look(dossier)
    standing = found.standing
    own = standing.described.get(host().node.party)
    ready = tuple(own.names) if own else OFFERED
    choices = [(lang, language_name(lang)) for lang in dict.fromkeys((*ready, *OFFERED)) if lang in ready]
    shown: dict[str, Any] = {
        "dossier": dossier,
        "dossier_title": standing.title,
        "choices": choices,
        "chosen": request.POST.getlist("langs"),
        "entered": request.POST,
        "described": own is not None,
    }
    if request.method != "POST":
        return render(request, "texts/new.html", shown)
    number = request.POST.get("number", "").strip()
    errors: dict[str, str] = {}
    try:
        contents = _files(request)
    except FormatError as error:
        contents, errors = {}, {"files": error.message}
    langs = tuple(lang for lang, _name in choices if lang in request.POST.getlist("langs"))
    if not contents and not errors:
        if not number or len(number) > NUMBER:
            errors["number"] = _("Give it a number, such as IL-KS/2021/1.")
        elif InstrumentNumber(number) in standing.instruments:
            errors["number"] = _(
                "A text with this number is on the table already; make a counter-proposal to it."
            )
        if not langs:
            errors["langs"] = _("Choose at least one language, or upload files.")
    if errors:
        return render(request, "texts/new.html", shown | {"errors": errors}, status=422)
    if not contents:
        contents = skeleton(number, langs, standing.parties, standing.specimen)
    draft = begin(officer_of(request), dossier, contents, number="" if request.FILES else number)
    return HttpResponseRedirect(_address("draft", draft))


def counter(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """Begin a counter-proposal with the words of the text on the table, or go on with the one that was begun."""
    looked = look_at(dossier, number)
    begun = Draft.objects.filter(
        dossier=dossier, instrument=number, base=looked.instrument.text, proposed=""
    ).first()
    if begun is None:
        contents = {lang: data.decode() for lang, data in write_instrument(looked.text).items()}
        begun = begin(officer_of(request), dossier, contents, number=number, base=looked.instrument.text)
    return HttpResponseRedirect(_address("draft", begun))


def draft_page(request: HttpRequest, dossier: str, draft: int) -> HttpResponse:
    """The editor. Without a script it works by its buttons; with one it saves by itself."""
    found = _draft(dossier, draft)
    standing = look(dossier).standing
    if request.method != "POST":
        return _editor(request, standing, found)
    officer = officer_of(request)
    what = entered(request.POST, found, standing.parties)
    if what.errors:
        return _editor(request, standing, found, what, what.errors, status=422)
    choice = request.POST.get("do", "save")
    version = _version(request)
    if choice in ("mine", "theirs"):
        return _settle(request, found, what, version, mine=choice == "mine")
    if not save(found, officer, what, version):
        return _conflict(request, found, what)
    try:
        _take_in(request, found)
    except FormatError as error:
        errors = {"given" if error.code == "text-format" else "files": error.message}
        return _editor(request, standing, found, what, errors, status=422)
    if choice == "preview":
        return HttpResponseRedirect(_address("draft-preview", found))
    notice(request, _("Saved."))
    return HttpResponseRedirect(_address("draft", found))


def keep(request: HttpRequest, dossier: str, draft: int) -> HttpResponse:
    """Save while somebody writes, and say what is wrong so far; asked by the page's script."""
    found = _draft(dossier, draft)
    standing = look(dossier).standing
    what = entered(request.POST, found, standing.parties)
    saved = save(found, officer_of(request), what, _version(request))
    answer: dict[str, Any] = {
        "saved": saved,
        "by": found.saved_by,
        "at": found.saved_at,
        "version": found.version,
    }
    if saved:
        answer |= check(standing, found, _table(standing, found)).to_json()
    return JsonResponse(answer, status=200 if saved else 409)


def preview(request: HttpRequest, dossier: str, draft: int) -> HttpResponse:
    """The draft as the other side will read it, what it changes, and the button that proposes it."""
    found = _draft(dossier, draft)
    standing = look(dossier).standing
    table = _table(standing, found)
    checked = check(standing, found, table)
    if checked.text is None:
        return HttpResponseRedirect(_address("draft", found))
    shown = _shown(found, checked, table) | {
        "text": checked.text,
        "parts": parts_of(checked.text),
        "langs": checked.text.declarations.langs,
        "signing": [
            (one, in_readers(one.signatory.name), in_readers(one.signatory.title))
            for one in checked.text.parties
        ],
        "names": names_of(standing),
        "changes": difference(table, checked.text) if table is not None else None,
        "digest": text_digest(checked.text),
        "on_table": text_digest(table) if table is not None else "",
    }
    if request.method != "POST":
        return render(request, "texts/preview.html", shown)
    try:
        _check_same(request, found, shown)
        act = propose(host().node, DossierId(dossier), checked.text, found.note)
    except LocalActError as error:
        return render(request, "texts/preview.html", shown | {"refusal": error}, status=409)
    Draft.objects.filter(pk=found.pk).update(proposed=act.id)
    note(officer_of(request), act.kind, dossier=dossier, detail=act.id)
    notice(request, _("Proposed. It is on the table of every participant."))
    return HttpResponseRedirect(reverse("texts:text", args=[dossier, checked.text.number]))


def _check_same(request: HttpRequest, draft: Draft, shown: dict[str, Any]) -> None:
    """What is proposed is what was read, in place of what was read."""
    if _version(request) != draft.version or request.POST.get("digest") != shown["digest"]:
        raise LocalActError(
            "draft-changed", "the draft was changed since you read this preview: read it again"
        )
    if request.POST.get("on_table", "") != shown["on_table"]:
        raise LocalActError(
            "text-other", "another text is on the table since you read this preview: read it first"
        )


def discard(request: HttpRequest, dossier: str, draft: int) -> HttpResponse:
    """Lay a draft away, or take it up again; nothing is erased."""
    found = Draft.objects.filter(dossier=dossier, pk=draft, proposed__in=("", DISCARDED)).first()
    if found is None:
        raise Http404(draft)
    again = request.POST.get("do") == "again"
    Draft.objects.filter(pk=found.pk).update(proposed="" if again else DISCARDED)
    if again:
        return HttpResponseRedirect(_address("draft", found))
    notice(request, _("The draft is laid away. It can be taken up again at the end of this page."))
    return HttpResponseRedirect(reverse("texts:all", args=[dossier]))


def _draft(dossier: str, draft: int) -> Draft:
    found = Draft.objects.filter(dossier=dossier, pk=draft, proposed="").first()
    if found is None:
        raise Http404(draft)
    return found


def _table(standing: Dossier, draft: Draft) -> InstrumentText | None:
    """The text on the table that a draft would replace."""
    instrument = standing.instruments.get(InstrumentNumber(draft.instrument))
    return current_text(host().node, instrument) if instrument is not None else None


def _version(request: HttpRequest) -> int:
    return number_in(request.POST.get("version", ""))


def _address(name: str, draft: Draft) -> str:
    return reverse(f"texts:{name}", args=[draft.dossier, draft.pk])


def _files(request: HttpRequest) -> dict[str, str]:
    """Uploaded Markdown by language, named after it: en.md, he.md."""
    found: dict[str, str] = {}
    for file in request.FILES.getlist("files"):
        lang, _dot, kind = str(file.name).rpartition(".")
        if kind != "md" or not lang:
            raise FormatError(
                "usage", f"{str(file.name)[:80]}: name each file after its language: en.md, he.md, sq.md"
            )
        if (file.size or 0) > MAX_FILE_BYTES:
            raise FormatError("file-too-long", f"{lang[:40]}: more than {MAX_FILE_BYTES} bytes")
        try:
            words = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            raise FormatError(
                "file-not-utf8", f"{lang[:40]}: not UTF-8 at byte {problem.start}; save the file as UTF-8"
            ) from None
        found[check_tag(lang)] = words.replace("\r\n", "\n").replace("\0", "\ufffd")
    return found


def _take_in(request: HttpRequest, draft: Draft) -> None:
    """Take in uploaded files: what they replace is set aside."""
    files = _files(request)
    particulars = request.FILES.get("given")
    given = draft.given
    if particulars is not None:
        data = particulars.read(MAX_FILE_BYTES)
        read_parties(data)
        given = data.decode()
    if not files and given == draft.given:
        return
    officer = officer_of(request)
    if files:
        put_aside(draft, draft.contents, draft.note, draft.saved_by)
    Draft.objects.filter(pk=draft.pk, version=draft.version).update(
        contents={**draft.contents, **files},
        given=given,
        version=draft.version + 1,
        saved_by=officer.name,
        saved_at=host().node.clock.now(),
    )
    draft.refresh_from_db()


def _settle(request: HttpRequest, draft: Draft, what: Entered, version: int, *, mine: bool) -> HttpResponse:
    """Two versions were looked at beside each other: one stays, the other is set aside."""
    officer = officer_of(request)
    draft.refresh_from_db()
    if draft.version != version:
        return _conflict(request, draft, what)
    if mine:
        put_aside(draft, draft.contents, draft.note, draft.saved_by)
        if not save(draft, officer, what, version):
            return _conflict(request, draft, what)
        notice(request, _("Your version is saved; the other one is set aside below."))
    else:
        put_aside(draft, what.contents, what.note, officer.name)
        notice(request, _("The saved version stays; yours is set aside below."))
    return HttpResponseRedirect(_address("draft", draft))


def _conflict(request: HttpRequest, draft: Draft, what: Entered) -> HttpResponse:
    differing = [lang for lang in draft.contents if draft.contents[lang] != what.contents.get(lang, "")]
    pairs = [(lang, draft.contents[lang], what.contents.get(lang, "")) for lang in differing]
    shown = {
        "draft": draft,
        "dossier": draft.dossier,
        "pairs": pairs,
        "same": [(lang, words) for lang, words in what.contents.items() if lang not in differing],
        "what": what,
        "other_note": draft.note if draft.note != what.note else "",
        "choices": _carried(what),
        "other_choices": [
            (party, chosen.get("signatory", ""), chosen.get("date", ""))
            for party, chosen in draft.choices.items()
            if chosen != what.choices.get(party)
        ],
    }
    return render(request, "texts/conflict.html", shown, status=409)


def _carried(what: Entered) -> list[tuple[str, str]]:
    """The fields of signatories and days, to be sent again as they were."""
    found: list[tuple[str, str]] = []
    for party, chosen in what.choices.items():
        found.append((f"signatory-{party}", chosen.get("signatory", "")))
        parts = chosen.get("date", "").split("-") if chosen.get("date") else ["", "", ""]
        found += [
            (f"date-{party}-{name}", part) for name, part in zip(("year", "month", "day"), parts, strict=True)
        ]
    return found


def _editor(
    request: HttpRequest,
    standing: Dossier,
    draft: Draft,
    what: Entered | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    table = _table(standing, draft)
    checked = check(standing, draft, table)
    contents = what.contents if what else draft.contents
    choices = what.choices if what else draft.choices
    fields = [(f"content-{lang}", lang, contents[lang]) for lang in contents]
    known = own_particulars(standing, table, {p: Choice(**c) for p, c in choices.items()})
    people = [
        {
            "party": one.id,
            "signatories": [(s.id, in_readers(s.name)) for s in standing.described[one.id].signatories],
            "signatory": one.signatory.id,
            "date": one.date,
        }
        for one in known
        if one.id in standing.described
    ]
    # What is wrong with a draft that nobody has touched yet is no error: it is what is left to write.
    found = dict(errors or (checked.errors if draft.version > 1 or draft.base else {}))
    shown = _shown(draft, checked, table) | {
        "fields": fields,
        "people": people,
        "errors": found,
        "entered": request.POST,
        "names": names_of(standing),
        "undescribed": sorted(set(standing.parties) - set(standing.described)),
        "note": what.note if what else draft.note,
        "aside": list(SetAside.objects.filter(draft=draft)),
    }
    return render(request, "texts/draft.html", shown, status=status)


def _shown(draft: Draft, checked: Checked, table: InstrumentText | None) -> dict[str, Any]:
    return {
        "draft": draft,
        "dossier": draft.dossier,
        "number": draft.instrument,
        "checked": checked,
        "behind": bool(draft.base) and table is not None and text_digest(table) != draft.base,
    }
