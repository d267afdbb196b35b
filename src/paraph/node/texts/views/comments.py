"""Commenting on a place of the text on the table."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from paraph.app.revision import comment
from paraph.domain.ids import InstrumentNumber
from paraph.domain.places import places
from paraph.domain.revision import MAX_COMMENT_CHARS
from paraph.errors import FormatError, LocalActError
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.texts.conversation import Remarked, conversation
from paraph.node.texts.declared import language_name
from paraph.node.texts.looking import Looked, look_at, seen_text
from paraph.node.texts.templatetags.texts import place
from paraph.node.texts.wording import anchor_of, part_of, parts_of
from paraph.node.web.host import host
from paraph.node.web.notices import notice

__all__ = ["make_comment"]


def make_comment(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """A form for one place: what stands there, what was said, and room for more."""
    looked = look_at(dossier, number)
    sent = request.POST if request.method == "POST" else request.GET
    answered = _answered(looked, sent.get("reply", ""))
    part = part_of(answered.where if answered else sent.get("part", sent.get("where", "")))
    shown_part = next((one for one in parts_of(looked.text) if one.where == part), None)
    if part and shown_part is None:
        raise Http404(part)
    shown = looked.context(request, "text") | {
        "part": shown_part,
        "where_part": part,
        "answered": answered,
        "wheres": _wheres(looked, part),
        "about": [
            ("", _("all languages")),
            *((lang, language_name(lang)) for lang in looked.text.declarations.langs),
        ],
        "entered": {
            "where": sent.get("where", answered.where if answered else part),
            "lang": sent.get("lang", answered.lang if answered else ""),
            "words": sent.get("words", ""),
        },
        "most": MAX_COMMENT_CHARS,
    }
    if request.method != "POST":
        return render(request, "texts/comment.html", shown)
    if not request.POST.get("words", "").strip():
        errors = {"words": _("Write what you have to say.")}
        return render(request, "texts/comment.html", shown | {"errors": errors}, status=422)
    try:
        act = comment(
            host().node,
            looked.dossier,
            number,
            request.POST["words"],
            lang=request.POST.get("lang", ""),
            where=request.POST.get("where", ""),
            in_reply_to=answered.id if answered else "",
            text=seen_text(request),
        )
    except (LocalActError, FormatError) as error:
        # What no act can hold is in the words: everything else was chosen from lists.
        in_words = error.code == "comment-words" or isinstance(error, FormatError)
        errors = {"words": error.message} if in_words else {}
        refusal = None if errors else error
        return render(
            request, "texts/comment.html", shown | {"errors": errors, "refusal": refusal}, status=409
        )
    note(officer_of(request), act.kind, dossier=dossier, detail=act.id)
    notice(request, _("Your comment is said. Every participant of this dossier reads it."))
    return HttpResponseRedirect(f"{reverse('texts:text', args=[dossier, number])}#{anchor_of(part)}")


def _answered(looked: Looked, act: str) -> Remarked | None:
    if not act:
        return None
    waiting = [
        one
        for found in conversation(looked.negotiation.of(looked.number), looked.instrument.text).values()
        for one in found
    ]
    while waiting:
        one = waiting.pop()
        if one.id == act:
            return one
        waiting += one.answers
    raise Http404(act)


def _wheres(looked: Looked, part: str) -> list[tuple[str, str]]:
    """The places inside a part, in the order of reading."""
    version = looked.text.versions[looked.text.declarations.langs[0]]
    inside = [
        where
        for where, _words in version.words("-")
        for where in (where.partition(", ")[2],)
        if part_of(where) == part and where in places(version)
    ]
    return [(where, place(where)) for where in dict.fromkeys([part, *inside])]
