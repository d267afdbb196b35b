"""The application, for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class Application(AppConfig):
    """Pages of one kind."""

    name = "paraph.node.texts"
    label = "texts"

    def ready(self) -> None:
        """Say how two officers' confirmation is called."""
        from paraph.node.people import second  # noqa: PLC0415 - models are there only now

        second.NAMES["originals-adopted"] = gettext_lazy("Taking over another node's originals")
