"""Originals and signature appearances, rendered by typst."""
