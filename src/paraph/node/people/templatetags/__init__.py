"""Filters of the templates about people."""
