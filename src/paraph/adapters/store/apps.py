"""Registration of the store with Django."""

from __future__ import annotations

from django.apps import AppConfig

from paraph.adapters.store.configuration import APPLICATION, LABEL

__all__ = ["StoreConfig"]


class StoreConfig(AppConfig):
    """The store as a Django application: tables and migrations, no views, no ``django.contrib``."""

    name = APPLICATION
    label = LABEL
    default_auto_field = "django.db.models.BigAutoField"
