"""Use cases and ports: commands in, acts and outbox out, in one transaction."""
