"""The application, for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Application(AppConfig):
    """Authority, plan, exchange, readiness, the signing room."""

    name = "paraph.node.signing"
    label = "signing"

    def ready(self) -> None:
        """Say how a confirmation by two people is called."""
        from paraph.node.people.second import NAMES  # noqa: PLC0415 - models are ready only now
        from paraph.node.signing.confirmations import PROTOCOL  # noqa: PLC0415

        NAMES[PROTOCOL] = _("Flags and precedence")
