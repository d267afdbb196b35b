"""RFC 3161 time stamps: an outside authority, and a built-in one for demonstrations."""
