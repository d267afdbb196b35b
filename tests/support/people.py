"""Tables of people in tests: Django knows them only once it is set up, after test modules were read."""

from __future__ import annotations

from typing import Any

__all__ = ["rows"]


def rows(model: str) -> Any:
    """All rows of a table of people, by the name of its model."""
    from django.apps import apps

    return apps.get_model("people", model).objects
