"""The application, for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from paraph.node.people.refusals import REFUSALS
from paraph.node.web.navigation import add_entry
from paraph.node.web.reasons import add_reasons


class Application(AppConfig):
    """Officers, passkeys, roles, the journal."""

    name = "paraph.node.people"
    label = "people"

    def ready(self) -> None:
        """Offer the ways, and say what refusals mean."""
        add_reasons(REFUSALS)
        officer = ("people:invite", "people:officer", "people:role-give", "people:role-take", "people:active")
        add_entry("people:list", _("People"), order=40, covers=officer)
        add_entry("people:second", _("Second pair of eyes"), order=45, covers=("people:second-confirm",))
        add_entry("people:journal", _("Journal"), order=50)
