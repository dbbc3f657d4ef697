"""Removes a person, or a pack, from all parts of a stack."""

import time
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from catalog.deployed import DeployedCatalog
from catalog.folder import CatalogError
from catalog.people import shared_ids
from lookalike.names import normalised
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
    """Return a person with every portrait, by celebrity_id or any spelling of the name.

    Look in one pack or in all. Raise CatalogError where there is no such person, or the name does
    not tell which person is meant.
    """
    packs = [pack] if pack else [one.name for one in catalog.packs.all()]
    captions = [one for name in packs for one in _captions(catalog, name)]
    ids = {caption.celebrity_id for _, caption in captions}
    if who in ids:
        return _person(captions, who)
    wanted = normalised(who)
    named = {one.celebrity_id for _, one in captions if normalised(one.name) == wanted}
    if not named:
        raise CatalogError(f"no person is called {who} in {', '.join(packs)}")
    if len(named) > 1:
        raise CatalogError(
            f"several people are called {who}; name one by id: {', '.join(sorted(named))}"
        )
    shared = shared_ids((one.celebrity_id, one.name) for _, one in captions)
    for celebrity_id in named & shared.keys():
        raise CatalogError(
            f"{celebrity_id} is the id of {' and '.join(shared[celebrity_id])}. If that is one "
            f"person, remove {celebrity_id}. If not, first give one of them another celebrity_id "
            "in catalog.csv, and import it"
        )
    return _person(captions, named.pop())


def _person(captions: Iterable[tuple[str, Caption]], celebrity_id: str) -> Person:
    theirs = sorted((key, one.name) for key, one in captions if one.celebrity_id == celebrity_id)
    return Person(celebrity_id, theirs[0][1], {key for key, _ in theirs})


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
