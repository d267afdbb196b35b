"""One page with every part that pages are made of, for looking at; it is served in tests only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from paraph.errors import LocalActError
from paraph.node.web import urls
from paraph.node.web.notices import notice

__all__ = ["urlpatterns"]

CHOICES = (
    ("each", "Each party on its own original"),
    ("both", "Both parties on both originals", "One after the other."),
)

PAGE = """{% extends "web/base.html" %}{% block title %}Specimen{% endblock %}{% block running_head %}dossier 0123456789abcdef{% endblock %}
{% block before %}{% breadcrumbs "/" "Desk" "/x" "Dossier" %}{% back_link "/" %}{% endblock %}
{% block content %}<h1 class="govuk-heading-l">Every part of a page</h1>
<p class="govuk-body">A <a class="govuk-link" href="/somewhere">link to somewhere</a>, a digest
{{ "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"|digest }}, an instant {{ "2021-02-01T13:30:00Z"|instant }},
in Jerusalem {{ "2021-02-01T13:30:00Z"|instant_in:"Asia/Jerusalem" }}, a day {{ "2021-02-01"|day }}, a size {{ 1234567|bytes }}.</p>
<p class="govuk-body">{% state_tag "Pass" "green" %} {% state_tag "Fail" "red" %} {% state_tag "Indeterminate" "yellow" %} {% state_tag "Initialled" "blue" %}</p>
<form method="post" novalidate>{% csrf_token %}
{% text_input "title" "Title" hint="As the party writes it." %}{% text_input "number" "Number" width=4 inputmode="numeric" %}
{% text_area "text" "Text in Hebrew" lang="he" rows=3 %}{% select_box "peer" "Peer" choices %}
{% radio_group "how" "How is it signed?" choices heading="m" %}{% radio_group "small" "Inline" choices small=True inline=True %}
{% checkbox_group "which" "Which?" choices hint="Several are possible." %}{% checkbox "sure" "I have read it" hint="All of it." %}
{% date_input "until" "Valid until" value="2026-03-01" hint="For example, 1 3 2026." %}{% file_input "file" "A signed PDF" accept=".pdf" %}
<div class="paraph-actions">{% submit "Initial the text" %}{% submit "Save" kind="secondary" %}{% submit "Withdraw" kind="warning" name="do" value="withdraw" %}</div></form>
<details class="govuk-details"><summary class="govuk-details__summary"><span class="govuk-details__summary-text">More about this</span></summary><div class="govuk-details__text">Text under it.</div></details>
<details class="govuk-details" open><summary class="govuk-details__summary"><span class="govuk-details__summary-text">Opened</span></summary><div class="govuk-details__text">Text under it.</div></details>
<div class="govuk-inset-text">Set in.</div>
<div class="govuk-warning-text"><span class="govuk-warning-text__icon" aria-hidden="true">!</span><strong class="govuk-warning-text__text"><span class="govuk-visually-hidden">Warning</span>Without a mediator one side may hold both signatures first.</strong></div>
<div class="govuk-panel govuk-panel--confirmation"><h2 class="govuk-panel__title">Signed</h2><div class="govuk-panel__body">at {{ "2021-02-01T13:30:00Z"|instant }}</div></div>
<ul class="govuk-task-list"><li class="govuk-task-list__item govuk-task-list__item--with-link"><div class="govuk-task-list__name-and-hint"><a class="govuk-link govuk-task-list__link" href="#x" aria-describedby="task-1">Initial the text</a></div><div class="govuk-task-list__status" id="task-1">{% state_tag "Waits for you" "blue" %}</div></li></ul>
<dl class="govuk-summary-list"><div class="govuk-summary-list__row"><dt class="govuk-summary-list__key">Nature</dt><dd class="govuk-summary-list__value">Binding</dd><dd class="govuk-summary-list__actions"><a class="govuk-link" href="#y">Change<span class="govuk-visually-hidden"> nature</span></a></dd></div></dl>
<div class="paraph-scroll" tabindex="0" role="region" aria-label="Wide table"><table class="govuk-table"><caption class="govuk-table__caption govuk-table__caption--m">Log</caption><thead class="govuk-table__head"><tr class="govuk-table__row"><th class="govuk-table__header" scope="col">Act</th><th class="govuk-table__header" scope="col">By</th><th class="govuk-table__header" scope="col">Digest</th></tr></thead>
<tbody class="govuk-table__body"><tr class="govuk-table__row"><td class="govuk-table__cell">text-initialled</td><td class="govuk-table__cell">{{ "Ministry"|name }}</td><td class="govuk-table__cell">{{ "9f86d081884c7d659a2feaa0c55ad015"|ident }}</td></tr></tbody></table></div>
<div class="paraph-columns paraph-columns--three">{% for lang, words in texts %}<section class="paraph-column" lang="{{ lang }}" dir="{{ lang|direction }}"><h2 class="govuk-heading-m">{{ lang|ident }}</h2><p class="govuk-body">{{ words }} <ins class="paraph-added">+ 1</ins> <del class="paraph-removed">− 2</del></p></section>{% endfor %}</div>
<nav class="govuk-pagination" aria-label="Pagination"><div class="govuk-pagination__prev"><a class="govuk-link govuk-pagination__link" href="#p" rel="prev"><svg class="govuk-pagination__icon govuk-pagination__icon--prev" xmlns="http://www.w3.org/2000/svg" height="13" width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13"><path d="m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z"></path></svg><span class="govuk-pagination__link-title">Previous<span class="govuk-visually-hidden"> page</span></span></a></div></nav>
{% endblock %}"""

TEXTS = (
    ("en", "The Parties establish diplomatic relations."),
    ("he", "הצדדים מכוננים יחסים דיפלומטיים."),
    ("sq", "Palët vendosin marrëdhënie diplomatike."),
)


def _specimen(request: HttpRequest) -> HttpResponse:
    shown: dict[str, Any] = {"choices": CHOICES, "texts": TEXTS, "entered": None}
    if "notice" in request.GET:
        notice(request, _("Done"))
        notice(request, "Somebody else is working on this text.", good=False)
    if request.method == "POST":
        wrong = {
            "title": "Enter a title",
            "how": "Choose how it is signed",
            "until": "Enter a day",
            "sure": "Read it first",
        }
        refusal = LocalActError("not-initialled", "the text is not initialled by every party yet")
        shown |= {"entered": request.POST, "errors": wrong, "refusal": refusal}
    return HttpResponse(
        engines["django"].from_string(PAGE).render(shown, request), status=422 if "errors" in shown else 200
    )


urlpatterns = [path("specimen", _specimen, name="specimen"), path("", include("paraph.node.web.urls"))]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)
