"""The application, for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Application(AppConfig):
    """Pages of one kind."""

    name = "paraph.node.signing"
    label = "signing"
