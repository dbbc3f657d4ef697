"""Which person a portrait of a catalog shows: an id is one person, however their name is spelt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from catalog.folder import Entry
from lookalike.names import celebrity_id_of, normalised
from lookalike.ranking import Portrait


def with_ids(wanted: Mapping[str, Entry], portraits: Iterable[Portrait] = ()) -> dict[str, Entry]:
    """Return entries by key, with the ids of a pack's people, whose portraits are given.

    An entry whose catalog names no id gets that of the one person of its name, in the pack or in
    the catalog. If there is no such person, or several, all entries of that name get one new id.
    """
    own = {key: entry for key, entry in wanted.items() if entry.names_id}
    known: defaultdict[str, set[str]] = defaultdict(set)
    for portrait in portraits:
        if portrait.key not in own:  # an import gives this portrait the id of its catalog
            known[normalised(portrait.name)].add(portrait.celebrity_id)
    for entry in own.values():
        known[normalised(entry.caption.name)].add(entry.caption.celebrity_id)
    new: dict[str, str] = {}
    found = dict(wanted)
    for key, entry in wanted.items():
        if key in own:
            continue
        name = normalised(entry.caption.name)
        fresh = new.setdefault(name, celebrity_id_of(entry.caption.name))
        celebrity_id = next(iter(known[name])) if len(known[name]) == 1 else fresh
        found[key] = replace(entry, caption=replace(entry.caption, celebrity_id=celebrity_id))
    return found


def shared_ids(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return each id under which there are different names, with one spelling of each name."""
    spellings: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for celebrity_id, name in names:
        spellings[celebrity_id].setdefault(normalised(name), name)
    return {
        celebrity_id: sorted(found.values())
        for celebrity_id, found in sorted(spellings.items())
        if len(found) > 1
    }
