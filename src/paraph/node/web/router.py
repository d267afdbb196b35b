"""Which tables lie in which database: the store's in the stores, those of people and drafts in their own."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["StoreApart"]

STORE: Final = "paraph_store"


class StoreApart:
    """Keeps what two nodes agreed on apart from what one node's people need."""

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """Whether an application's tables belong into a database."""
        return (app_label == STORE) == (db != "default")
