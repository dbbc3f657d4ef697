"""Fills a new collection for a pack, beside the one that is searched, and switches to it.

AWS asks for this to use a new face model: a collection keeps the model that it was made with. Each
portrait goes through the pipeline again, as fast as the queue allows. Until the switch, searches
use the complete old collection. If it is interrupted, the next run continues where it ended.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from catalog.deployed import RETIREMENT, DeployedCatalog
from catalog.folder import CatalogError
from lookalike import clock

POLL = 1.0
"""Seconds between two reads of the records."""
ASK_AGAIN = 120.0
"""Seconds until the pipeline is asked again for missing portraits. An invocation that read the pack
before the new collection was named does not fill it."""
PATIENCE = 300.0
"""Seconds without any progress after which it gives up."""


def reindex(
    catalog: DeployedCatalog,
    name: str,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> str:
    """Fill a new collection with a pack's faces and switch to it; return its name.

    Raise CatalogError where it stops filling; searches then keep using the old collection.
    """
    packs = catalog.packs
    pack = packs.read(name)
    catalog.drop_retired(pack)
    pack = packs.read(name)
    if pack.next_collection is None:
        pack = replace(pack, next_collection=catalog.new_collection_name(name))
        packs.save(pack)
    fresh = pack.next_collection or ""
    catalog.create_collection(fresh)
    _fill(catalog, name, fresh, progress)
    pack = packs.read(name)  # another command may have changed its title
    packs.save(
        replace(
            pack,
            collection=fresh,
            next_collection=None,
            retired={**pack.retired, pack.collection: int((clock.now() + RETIREMENT).timestamp())},
        )
    )
    catalog.look_again(record.key for record in catalog.portraits.records(name))
    return fresh


def renew_records(catalog: DeployedCatalog) -> int:
    """Have the pipeline look again at portraits that an older build indexed; return how many.

    It then makes their reduced copies, and stores where the faces are.
    """
    keys = {
        portrait.key
        for pack in catalog.packs.all()
        for portrait in catalog.portraits.of_pack(pack.name)
        if portrait.copies is None
    }
    catalog.look_again(keys)
    return len(keys)


def _fill(
    catalog: DeployedCatalog, name: str, collection: str, progress: Callable[[int, int], None]
) -> None:
    missing: set[str] = set()
    moved = asked = time.monotonic() - ASK_AGAIN
    while True:
        records = [*catalog.portraits.records(name)]
        left = {record.key for record in records if collection not in record.indexed_faces}
        progress(len(records) - len(left), len(records))
        if not left:
            return
        if time.monotonic() - asked >= ASK_AGAIN:
            asked = time.monotonic()
            catalog.look_again(left)
        if left != missing:
            missing, moved = left, time.monotonic()
        elif time.monotonic() - moved > PATIENCE:
            raise CatalogError(
                f"{len(left)} portraits are not in the new collection; the old one stays"
            )
        time.sleep(POLL)
