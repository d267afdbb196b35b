"""The offline verifier: no network, no database; it never raises on bad evidence."""
