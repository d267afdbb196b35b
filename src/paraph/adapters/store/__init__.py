"""The durable store of a node, its guard against equivocation, and backups.

This package is also a Django application, so importing it loads no models. Entry points:
``database.open_store``, ``guard.FileGuard``, ``backup.back_up`` and ``backup.restore``.
"""
