"""Measures how good the answers are, on a folder of photographs of known people.

`lookalike evaluate FOLDER` runs it, in one process, with the local face engine and the product's
own rules. docs/quality.md has what it measured.
"""
