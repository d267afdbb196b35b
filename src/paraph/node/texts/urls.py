"""Addresses of the pages about texts."""

from __future__ import annotations

from django.urls import path

from paraph.node.texts.addresses import NUMBER
from paraph.node.texts.views import comments, concordance, deciding, drafting, originals, reading

app_name = "texts"

_ALL = "dossiers/<str:dossier>/texts/"
_DRAFT = "dossiers/<str:dossier>/drafts/<int:draft>/"
_ONE = f"{_ALL}{NUMBER}/"

urlpatterns = [
    path(_ALL, reading.all_texts, name="all"),
    path("dossiers/<str:dossier>/drafts/new", drafting.new_text, name="new"),
    path(_DRAFT, drafting.draft_page, name="draft"),
    path(f"{_DRAFT}keep", drafting.keep, name="draft-keep"),
    path(f"{_DRAFT}preview", drafting.preview, name="draft-preview"),
    path(f"{_DRAFT}discard", drafting.discard, name="draft-discard"),
    path(_ONE, reading.text, name="text"),
    path(f"{_ONE}versions", reading.versions, name="versions"),
    path(f"{_ONE}files/<str:name>", reading.file, name="file"),
    path(f"{_ONE}comment", comments.make_comment, name="comment"),
    path(f"{_ONE}counter", drafting.counter, name="counter"),
    path(f"{_ONE}accept", deciding.accept_text, name="accept"),
    path(f"{_ONE}initial", deciding.initial_text, name="initial"),
    path(f"{_ONE}reopen", deciding.reopen_text, name="reopen"),
    path(f"{_ONE}engross", deciding.engross_originals, name="engross"),
    path(f"{_ONE}concordance", concordance.compare, name="concordance"),
    path(f"{_ONE}concordance/keep", concordance.keep_ticks, name="concordance-keep"),
    path(f"{_ONE}concordance/say", concordance.compare, name="concordance-say"),
    path(f"{_ONE}certificate", concordance.certificate, name="certificate"),
    path(f"{_ONE}originals", originals.originals, name="originals"),
    path(f"{_ONE}originals/<str:sha256>.pdf", originals.pdf, name="pdf"),
    path(f"{_ONE}originals/<str:sha256>/<int:page>.png", originals.image, name="page"),
    path(f"{_ONE}originals/adopt/<str:party>", originals.adopt, name="adopt"),
]
