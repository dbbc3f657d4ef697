"""Draws the figures; it runs in .venv-plots."""
