"""Paraph: conclude agreements at a distance, and prove it."""

__version__ = "0.1.0"
