"""Acts, peers, outbox and projections in SQLite or PostgreSQL."""
