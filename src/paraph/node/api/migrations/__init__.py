"""Tables of programs, as they came to be."""
