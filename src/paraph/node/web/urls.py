"""All addresses of the pages. Who may go where is in ``people/access.py``."""

from __future__ import annotations

from django.urls import include, path

from paraph.node.web import views

urlpatterns = [
    path("language", views.choose_language, name="language"),
    path("people/", include("paraph.node.people.urls")),
    path("", include("paraph.node.desk.urls")),
    path("", include("paraph.node.texts.urls")),
    path("", include("paraph.node.signing.urls")),
    path("", include("paraph.node.public.urls")),
    path("", include("paraph.node.api.urls")),
]

handler400 = "paraph.node.web.views.bad_request"
handler403 = "paraph.node.web.views.forbidden"
handler404 = "paraph.node.web.views.not_found"
handler500 = "paraph.node.web.views.server_error"
