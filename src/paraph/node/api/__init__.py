"""What programs may do with dossiers: read everything, propose, comment, fetch."""
