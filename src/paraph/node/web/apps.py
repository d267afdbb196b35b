"""The application, for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Application(AppConfig):
    """The frame of all pages."""

    name = "paraph.node.web"
    label = "web"
