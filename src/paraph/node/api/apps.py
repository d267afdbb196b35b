"""The application, for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Application(AppConfig):
    """The API, and the pages for those who manage programs."""

    name = "paraph.node.api"
    label = "api"

    def ready(self) -> None:
        """Say which ways to offer."""
        from paraph.node.web.navigation import add_entry  # noqa: PLC0415 - once, when everything is there

        add_entry("api:programs", _("Programs"), order=55, covers=("api",))
