"""The environment variables of the command; no other module of `cli` reads or sets any."""

import os
from collections.abc import Mapping

from catalog.wikimedia import API_URL, QUERY_URL


def page_url() -> str | None:
    """Return the address of the page that `match` uses, LOOKALIKE_URL; None where it is not set."""
    return os.environ.get("LOOKALIKE_URL")


def contact() -> str | None:
    """Return the contact that Wikimedia asks for, LOOKALIKE_CONTACT; None where it is not set."""
    return os.environ.get("LOOKALIKE_CONTACT")


def with_contact(contact: str) -> dict[str, str]:
    """Return the environment for a process that is to give this contact.

    Everyone on a machine sees a process's arguments, and only its owner sees its environment.
    """
    return {**os.environ, "LOOKALIKE_CONTACT": contact}


def take_over(variables: Mapping[str, str]) -> None:
    """Set a function's variables in this process, which then runs the function."""
    os.environ.update(variables)


def wikimedia_urls() -> tuple[str, str]:
    """Return the addresses of Wikidata's query service and of Commons' API; tests have others."""
    return (
        os.environ.get("LOOKALIKE_QUERY_URL", QUERY_URL),
        os.environ.get("LOOKALIKE_API_URL", API_URL),
    )
