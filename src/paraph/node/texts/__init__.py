"""Texts and originals: proposals side by side, comments, concordance, initialling, pages as images."""
