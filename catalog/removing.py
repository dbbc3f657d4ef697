"""Removes a person, or a pack, from all parts of a stack."""

import time
from collections.abc import Collection, Iterator
from typing import NamedTuple

from catalog.deployed import DeployedCatalog
from catalog.folder import CatalogError
from lookalike.packs import DEFAULT_PACK
from lookalike.portrait_files import Caption
from lookalike.portraits import portrait_id_of

POLL = 0.5
PATIENCE = 300.0
"""Seconds to wait for the pipeline."""


class Person(NamedTuple):
    """A person in a stack's catalog."""

    celebrity_id: str
    name: str
    keys: set[str]
    """Of their portraits, refused ones too."""


def find_person(catalog: DeployedCatalog, who: str, pack: str | None = None) -> Person:
    """Return a person, by celebrity_id or name, in one pack or all.

    Raise CatalogError where there is no such person, or several people have that name.
    """
    packs = [pack] if pack else [one.name for one in catalog.packs.all()]
    found: dict[str, Person] = {}
    for key, caption in (one for name in packs for one in _captions(catalog, name)):
        if who in {caption.celebrity_id, caption.name}:
            person = Person(caption.celebrity_id, caption.name, set())
            found.setdefault(caption.celebrity_id, person).keys.add(key)
    if not found:
        raise CatalogError(f"no person is called {who} in {', '.join(packs)}")
    if len(found) > 1 and who not in found:
        ids = ", ".join(sorted(found))
        raise CatalogError(f"several people are called {who}; name one by id: {ids}")
    return found.get(who) or next(iter(found.values()))


def _captions(catalog: DeployedCatalog, pack: str) -> Iterator[tuple[str, Caption]]:
    """Return a pack's portraits: key and caption. A refused one has its caption in its object."""
    for record in catalog.portraits.scan(pack):
        shown = record.portrait
        if shown is not None:
            yield record.key, Caption.of(shown)
            continue
        stored = catalog.files.read(record.key)
        if stored is not None and stored.caption is not None:
            yield record.key, stored.caption


def remove_pack(catalog: DeployedCatalog, name: str) -> None:
    """Delete a pack with all that is in it; of the default pack, only what is in it.

    If it is interrupted, call it again: it deletes the pack's own item last.
    """
    pack = catalog.packs.read(name)
    keys = {record.key for record in catalog.portraits.scan(name)} | {*catalog.objects(name)}
    remove_keys(catalog, keys)
    catalog.erase_pack(name)  # also the versions of earlier deletions
    if name == DEFAULT_PACK:  # the template made it, and matches use it by default
        return
    for collection in (*pack.collections, *pack.retired):
        catalog.delete_collection(collection)
    catalog.packs.delete(name)


def remove_keys(catalog: DeployedCatalog, keys: Collection[str]) -> None:
    """Delete portraits: every version of their objects, their faces and their records."""
    catalog.erase(keys)
    catalog.look_again(keys)
    deadline = time.monotonic() + PATIENCE
    while catalog.portraits.records_of(portrait_id_of(key) for key in keys):
        if time.monotonic() > deadline:
            raise CatalogError("the portraits are deleted, and the pipeline has not noticed yet")
        time.sleep(POLL)
