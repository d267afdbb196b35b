"""From authority to conclusion: readiness, the signing room, deposits and the release."""
