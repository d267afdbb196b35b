"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from paraph.node.desk import call, describing, first_page, log_pages, opening, peers, records, taking
from paraph.node.desk.dossier_list import dossier_list
from paraph.node.desk.dossier_page import dossier_page
from paraph.node.texts.addresses import NUMBER

app_name = "desk"

_ONE = "dossiers/<str:dossier>/"

urlpatterns: list[URLPattern] = [
    path("", first_page.first_page, name="first"),
    path("dossiers/", dossier_list, name="dossiers"),
    path("dossiers/open", opening.open_new, name="open"),
    path(_ONE, dossier_page, name="dossier"),
    path(f"{_ONE}join", opening.join, name="join"),
    path(f"{_ONE}describe", describing.describe, name="describe"),
    path(f"{_ONE}log", log_pages.log, name="log"),
    path(f"{_ONE}log/<int:position>", log_pages.act_page, name="act"),
    path(f"{_ONE}refused", log_pages.evidence, name="evidence"),
    path(f"{_ONE}refused/<int:place>", log_pages.evidence_bytes, name="evidence-bytes"),
    path(f"{_ONE}take", taking.take, name="take"),
    path(f"{_ONE}take/acts.jsonl", taking.acts, name="take-acts"),
    path(f"{_ONE}take/checkpoint.txt", taking.checkpoint, name="take-checkpoint"),
    path(f"{_ONE}take/dossier.asice", taking.container, name="take-container"),
    path(f"{_ONE}take/original/{NUMBER}/<str:holder>.pdf", taking.original, name="take-original"),
    path(f"{_ONE}take/text/{NUMBER}/<str:lang>.xml", taking.text, name="take-text"),
    path(f"{_ONE}take/text/{NUMBER}.json", taking.text_json, name="take-text-json"),
    path(f"{_ONE}take/proof/<int:place>.json", taking.proof, name="take-proof"),
    path(f"{_ONE}records", records.records, name="records"),
    path(f"{_ONE}records/note", records.make_note, name="note"),
    path(f"{_ONE}records/answer/<str:act>", records.answer, name="answer"),
    path(f"{_ONE}records/statement", records.make_statement, name="statement"),
    path(f"{_ONE}records/unveiling", records.make_unveiling, name="unveiling"),
    path(f"{_ONE}records/commitment", records.make_commitment, name="commitment"),
    path(f"{_ONE}records/attestation", records.make_attestation, name="attestation"),
    path("peers/", peers.peers, name="peers"),
    path("peers/add", peers.add, name="peer-add"),
    path("peers/card.json", peers.own_card, name="own-card"),
    path("peers/<str:party>/", peers.peer, name="peer"),
    path("peers/<str:party>/words", call.words, name="words"),
    path("peers/<str:party>/words/stop", call.stop, name="stop"),
    path("peers/<str:party>/suspend", peers.suspend, name="suspend"),
]
