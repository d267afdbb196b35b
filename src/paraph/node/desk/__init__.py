"""The desk: what waits, dossiers, their log as a story, peers and the call with the twelve words."""
