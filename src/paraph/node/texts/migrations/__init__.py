"""Tables of drafts, as they came to be."""
