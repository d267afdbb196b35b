"""Tables of publication, as they came to be."""
