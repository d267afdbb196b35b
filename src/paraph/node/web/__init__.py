"""The frame of the web node: settings, layout, errors, and the one node whose pages these are."""
