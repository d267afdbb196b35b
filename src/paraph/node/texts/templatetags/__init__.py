"""Tags of the pages about texts."""
