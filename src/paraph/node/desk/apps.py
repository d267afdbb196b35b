"""The application, for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Application(AppConfig):
    """Pages of one kind."""

    name = "paraph.node.desk"
    label = "desk"

    def ready(self) -> None:
        """Offer the ways that every page shows, and say what the desk proposes to a second person."""
        from paraph.node.people.second import NAMES  # noqa: PLC0415 - models cannot be imported earlier
        from paraph.node.web.navigation import add_entry  # noqa: PLC0415

        add_entry("desk:first", _("What waits"), order=10)
        add_entry("desk:dossiers", _("Dossiers"), order=20, covers=("desk", "texts", "signing"))
        covers = ("desk:peer", "desk:peer-add", "desk:words", "desk:stop", "desk:suspend")
        add_entry("desk:peers", _("Peers"), order=30, covers=covers)
        NAMES["twelve-words"] = _("Compare the twelve words with a peer")
        NAMES["peer-suspended"] = _("Suspend a peer")
