"""Tables of the signing pages."""
