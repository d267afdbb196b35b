"""How bundles travel: HTTPS."""
