"""Addresses."""

from __future__ import annotations

from django.urls import include, path, re_path

from paraph.node.api import programs
from paraph.node.api.description import operations
from paraph.node.api.problems import nowhere

app_name = "api"

urlpatterns = [
    path("api/v1/", include((operations(), "v1"))),
    re_path(r"^api/(?P<rest>.*)$", nowhere, name="nowhere"),
    path("programs/", programs.page, name="programs"),
    path("programs/tokens", programs.make_token, name="token-make"),
    path("programs/tokens/<int:number>/revoke", programs.revoke_token, name="token-revoke"),
    path("programs/webhooks", programs.webhooks, name="webhooks"),
    path("programs/webhooks/new", programs.make_webhook, name="webhook-make"),
    path("programs/webhooks/<int:number>/end", programs.end_webhook, name="webhook-end"),
    path("programs/webhooks/<int:number>/now", programs.try_now, name="webhook-now"),
]
