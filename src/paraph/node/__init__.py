"""The server of one party: serves peers."""
