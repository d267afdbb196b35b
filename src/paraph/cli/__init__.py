"""The command line: paraph ..."""
