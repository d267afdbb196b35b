"""The application, for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Application(AppConfig):
    """Pages of one kind."""

    name = "paraph.node.public"
    label = "public"

    def ready(self) -> None:
        """Say how things are called, and which ways to offer."""
        from paraph.node.people.second import NAMES  # noqa: PLC0415 - models exist only now
        from paraph.node.public.publishing import PUBLICATION  # noqa: PLC0415
        from paraph.node.web.navigation import add_entry  # noqa: PLC0415

        NAMES[PUBLICATION] = _("Publication of a dossier")
        add_entry("public:verify", _("Verify a file"), order=60)
        add_entry("public:list", _("Published"), order=70, covers=("public:dossier",))
