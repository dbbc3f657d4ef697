"""Whether degraded photographs are accepted, and whether they are still right."""

from collections.abc import Sequence
from functools import partial

from evaluation.degradations import DEGRADATIONS, Change
from evaluation.looks import Bar, Look, Looker
from evaluation.pack import first_name
from evaluation.recognition import Album
from evaluation.sample import Photograph, draw, thirds
from evaluation.shares import Figures, share
from rekognition.pictures import decode


def measure_degradations(album: Album, looker: Looker, most: int, bar: Bar) -> Figures:
    """Return what each degradation does to photographs that are accepted and right as they are."""
    sample = draw(filter(album.is_right, album.known), most, lambda one: one.file)
    darkest, _, lightest = thirds(sample, lambda one: _brightness(album, one))
    jobs = [(change, one) for change in DEGRADATIONS for one in sample]
    looks = looker.look_at_all(
        [partial(changed, one, change) for change, one in jobs],
        "Degraded photographs",
        bar,
    )
    results = dict(zip(((change.name, one.file) for change, one in jobs), looks, strict=True))
    groups = {"all": sample, "darkest_third": darkest, "lightest_third": lightest}
    rows = [
        {"change": change.name}
        | {name: _figures(album, members, change, results) for name, members in groups.items()}
        for change in DEGRADATIONS
    ]
    return {"photographs": len(sample), "changes": rows}


def changed(photograph: Photograph, change: Change) -> bytes:
    """Return a photograph's picture after a change."""
    return change.apply(decode(photograph.path.read_bytes()).pixels)


def _figures(
    album: Album,
    members: Sequence[Photograph],
    change: Change,
    results: dict[tuple[str, str], Look],
) -> Figures:
    looks = [(one, results[change.name, one.file]) for one in members]
    return {
        "accepted": share((one.name, look.refusal is None) for one, look in looks),
        "right": share(
            (one.name, look.refusal is None and _finds(album, look, one)) for one, look in looks
        ),
        "right_if_none_were_refused": share(
            (one.name, _finds(album, look, one)) for one, look in looks
        ),
    }


def _finds(album: Album, look: Look, photograph: Photograph) -> bool:
    if look.largest is None:
        return False
    return first_name(album.pack.find(look.largest.query)) == photograph.name


def _brightness(album: Album, photograph: Photograph) -> float:
    face = album.look(photograph).largest
    assert face is not None  # it was accepted
    return face.brightness
