"""Addresses."""

from __future__ import annotations

from django.urls import path

from paraph.node.public import published, publishing, verifying

app_name = "public"

urlpatterns = [
    path("verify", verifying.verify, name="verify"),
    path("published/", published.listing, name="list"),
    path("published/<str:dossier>/", published.dossier_page, name="dossier"),
    path("published/<str:dossier>/dossier.asice", published.container, name="container"),
    path("published/<str:dossier>/trust.pem", published.trust, name="trust"),
    path("published/<str:dossier>/<str:digest>.pdf", published.original, name="original"),
    path("dossiers/<str:dossier>/publication", publishing.page, name="publication"),
    path("dossiers/<str:dossier>/publication/confirm", publishing.confirm, name="confirm"),
    path("dossiers/<str:dossier>/publication/take-back", publishing.take_back, name="take-back"),
    path("dossiers/<str:dossier>/publication/withdraw", publishing.withdraw, name="withdraw"),
]
