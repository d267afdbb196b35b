"""What everybody may see: published dossiers, and the page that verifies."""
