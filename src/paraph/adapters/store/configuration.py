"""Django, configured for a store and nothing else.

A process configures Django once. A node with web pages brings its own settings (which must list
``APPLICATION``); every other process gets the bare minimum here: no middleware, no templates, no
logging of its own, and no default database, because stores register theirs when they are opened.
"""

from __future__ import annotations

import threading

import django
from django.apps import apps
from django.conf import settings

__all__ = ["APPLICATION", "LABEL", "set_up"]

APPLICATION = "paraph.adapters.store"
"""What ``INSTALLED_APPS`` has to list."""

LABEL = "paraph_store"
"""Under which name migrations are recorded."""

_lock = threading.Lock()


def set_up() -> None:
    """Make Django ready; harmless when it is already.

    Raises:
        AssertionError: If Django was configured without ``APPLICATION``.
    """
    with _lock:
        if not settings.configured:
            settings.configure(
                INSTALLED_APPS=[APPLICATION], DATABASES={}, USE_TZ=True, TIME_ZONE="UTC", LOGGING_CONFIG=None
            )
        if not apps.ready:
            django.setup()
        assert apps.is_installed(APPLICATION), f"INSTALLED_APPS lacks {APPLICATION}"
