"""Bytes to domain and back: the formats of docs/spec, strict in both directions."""
