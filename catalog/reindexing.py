"""Builds a pack's collection anew beside the one that is searched, and switches to it.

AWS's way to a new face model: a collection keeps the one that it was made with. Every portrait
goes through the pipeline once more, at the pace that its queue allows, and until the switch
searches see the old collection, whole. Cut off, it goes on where it ended.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from catalog.deployed import RETIREMENT, DeployedCatalog
from catalog.folder import CatalogError
from lookalike import clock

POLL = 1.0
"""Seconds between two looks at what is indexed by now."""
ASK_AGAIN = 120.0
"""Seconds after which the pipeline is asked again for what is missing: whoever had read the pack's
record just before the new collection was named has left it out."""
PATIENCE = 300.0
"""Seconds without any progress after which it gives up."""


def reindex(
    catalog: DeployedCatalog,
    name: str,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> str:
    """Fill a new collection with a pack's faces and switch to it; give its name.

    Raises CatalogError where nothing fills it any more; then the old one goes on being searched.
    """
    store = catalog.store
    pack = store.pack(name)
    catalog.drop_retired(pack)
    pack = store.pack(name)
    if pack.next_collection is None:
        pack = replace(pack, next_collection=catalog.new_collection_name(name))
        store.save_pack(pack)
    fresh = pack.next_collection or ""
    catalog.create_collection(fresh)
    _fill(catalog, name, fresh, progress)
    pack = store.pack(name)  # its title may have changed meanwhile
    store.save_pack(
        replace(
            pack,
            collection=fresh,
            next_collection=None,
            retired={**pack.retired, pack.collection: int((clock.now() + RETIREMENT).timestamp())},
        )
    )
    catalog.look_again(record.key for record in store.records(name))
    return fresh


def _fill(
    catalog: DeployedCatalog, name: str, collection: str, progress: Callable[[int, int], None]
) -> None:
    missing: set[str] = set()
    moved = asked = time.monotonic() - ASK_AGAIN
    while True:
        records = [*catalog.store.records(name)]
        left = {record.key for record in records if collection not in record.faces}
        progress(len(records) - len(left), len(records))
        if not left:
            return
        if time.monotonic() - asked >= ASK_AGAIN:
            asked = time.monotonic()
            catalog.look_again(left)
        if left != missing:
            missing, moved = left, time.monotonic()
        elif time.monotonic() - moved > PATIENCE:
            raise CatalogError(f"{len(left)} portraits are not indexed anew; the old ones stay")
        time.sleep(POLL)
