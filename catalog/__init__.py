"""Catalogs of portraits: what is in them, where they come from, and whether they may be used."""
