"""The container ``dossier.asice``: everything about one concluded package in one file (docs/spec/container.md)."""
