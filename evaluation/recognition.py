"""How often the right person is found, and how well two pictures of one person are told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.looks import Look, SeenFace, codes
from evaluation.pack import Pack, PortraitFace, first_name
from evaluation.sample import Photograph, draw, people_with_portraits, thirds
from evaluation.shares import Figures, Mask, Scores, share, told_apart
from lookalike.ranking import Celebrity

TURNED = (30, 60)
"""Degrees of yaw, left or right, of the group of turned faces."""
MOST_PAIRED = 3000
"""The most photographs that are compared with each other: 9 million pairs."""
GROUP_RATE = 1e-3
"""Groups are compared at the threshold of this false accept rate of all."""


@dataclass(frozen=True)
class Album:
    """Photographs, what the product saw in each, and the pack of the portraits among them."""

    photographs: Sequence[Photograph]
    looks: Mapping[str, Look]
    pack: Pack

    @property
    def known(self) -> list[Photograph]:
        """Selfies of people who have a portrait, whether it was accepted or not."""
        people = people_with_portraits(self.photographs)
        return [one for one in self.photographs if one.role == "selfie" and one.name in people]

    @property
    def strangers(self) -> list[Photograph]:
        """Photographs of people who have no portrait."""
        people = people_with_portraits(self.photographs)
        return [one for one in self.photographs if one.name not in people]

    def look(self, photograph: Photograph) -> Look:
        """Return what the product saw in a photograph."""
        return self.looks[photograph.file]

    def answer(self, photograph: Photograph) -> list[Celebrity]:
        """Return the people whom a photograph resembles; none where it is refused."""
        query = self.look(photograph).query
        return self.pack.find(query) if query is not None else []

    def is_right(self, photograph: Photograph) -> bool:
        """Return whether a photograph is accepted and its own person comes first."""
        return first_name(self.answer(photograph)) == photograph.name


def make_album(photographs: Sequence[Photograph], looks: Sequence[Look]) -> Album:
    """Return the album of photographs that were looked at in the same order."""
    by_file = {one.file: look for one, look in zip(photographs, looks, strict=True)}
    portraits = [one for one in photographs if one.role == "portrait"]
    return Album(photographs, by_file, Pack(portrait_faces(portraits, by_file)))


def portrait_faces(
    photographs: Iterable[Photograph], looks: Mapping[str, Look]
) -> list[PortraitFace]:
    """Return the subjects of the photographs that are accepted as portraits."""
    return [
        PortraitFace(one.file, one.name, face.vector, face.geometry)
        for one in photographs
        if isinstance(face := looks[one.file].portrait, SeenFace)
    ]


def measure_recognition(album: Album) -> Figures:
    """Return how many are refused, how often the right person comes first, and the ROC."""
    queries = [*album.known, *album.strangers]
    portraits = [one for one in album.photographs if one.role == "portrait"]
    refused = [one for one in portraits if not isinstance(album.look(one).portrait, SeenFace)]
    pairs = Pairs.of(album)
    return {
        "photographs": len(album.photographs),
        "people": len(people_with_portraits(album.photographs)),
        "portraits": {"of": len(portraits), "refused": len(refused)},
        "queries": {"of": len(queries), "refused": codes(map(album.look, queries))},
        "rank_1": share((one.name, album.is_right(one)) for one in album.known),
        "rank_5": share((one.name, one.name in _names(album.answer(one))) for one in album.known),
        "strangers_answered": share((one.name, bool(album.answer(one))) for one in album.strangers),
        "pairs": pairs.told(pairs.cosines()),
        "groups": measure_groups(album, pairs),
    }


class Pairs:
    """Each accepted selfie compared with each accepted portrait: every photograph is both."""

    def __init__(
        self, queries: Sequence[tuple[Photograph, Any]], portraits: Sequence[tuple[Photograph, Any]]
    ) -> None:
        """Compare the faces, or the vectors, of these photographs."""
        self.queries = [one for one, _ in queries]
        self.portraits = [one for one, _ in portraits]
        self._faces = [face for _, face in queries], [face for _, face in portraits]
        names = [np.array([one.name for one in side]) for side in (self.queries, self.portraits)]
        files = [np.array([one.file for one in side]) for side in (self.queries, self.portraits)]
        self.same: Mask = names[0][:, None] == names[1][None, :]
        self.compared: Mask = files[0][:, None] != files[1][None, :]

    @classmethod
    def of(cls, album: Album) -> "Pairs":
        """Return the pairs of an album."""
        paired = draw(album.photographs, MOST_PAIRED, lambda one: one.file)
        looks = [(one, album.look(one)) for one in paired]
        return cls(
            [(one, look.largest) for one, look in looks if look.query is not None],
            [(one, look.portrait) for one, look in looks if isinstance(look.portrait, SeenFace)],
        )

    @property
    def faces(self) -> tuple[list[SeenFace], list[SeenFace]]:
        """The faces of the queries and of the portraits."""
        return self._faces

    def cosines(self) -> Scores:
        """Return the cosine of each query's vector with each portrait's."""
        if not (self.queries and self.portraits):
            return np.zeros((len(self.queries), len(self.portraits)), np.float32)
        queries = np.array([face.query for face in self._faces[0]])
        scores: Scores = queries @ np.array([face.vector for face in self._faces[1]]).T
        return scores

    def told(self, scores: Scores) -> Figures:
        """Return how well scores of these pairs tell one person's pictures from two people's."""
        people = [one.name for one in self.queries]
        return told_apart(scores, self.same, self.compared, people)


def measure_groups(album: Album, pairs: Pairs) -> list[Figures]:
    """Return the figures of each group of photographs: by gender, brightness and yaw."""
    scores = pairs.cosines()
    rates = pairs.told(scores)["true_accept"]
    limit = next(one["threshold"] for one in rates if one["false_accept"] == GROUP_RATE)
    return [
        {"group": name, **_of_group(members, album, pairs, scores, limit)}
        for name, members in groups(album.photographs, album.looks).items()
    ]


def groups(
    photographs: Iterable[Photograph], looks: Mapping[str, Look]
) -> dict[str, list[Photograph]]:
    """Return photographs by gender, where the index says it, by brightness, and the turned ones."""
    listed = list(photographs)
    seen = [(one, face) for one in listed if (face := looks[one.file].largest) is not None]
    genders = sorted({one.gender for one in listed if one.gender})
    found = {gender: [one for one in listed if one.gender == gender] for gender in genders}
    lightness = thirds(seen, lambda pair: pair[1].brightness)
    for words, members in zip(("darkest", "middle", "lightest"), lightness, strict=True):
        found[f"{words} third of faces"] = [one for one, _ in members]
    low, high = TURNED
    turned = [one for one, face in seen if low <= abs(face.yaw) <= high]
    found[f"turned by {low} to {high} degrees"] = turned
    return found


def _of_group(
    members: Sequence[Photograph], album: Album, pairs: Pairs, scores: Scores, limit: float
) -> Figures:
    files = {one.file for one in members}
    known = [one for one in album.known if one.file in files]
    inside = _both(pairs, lambda one: one.file in files) & pairs.compared
    accepted = scores > limit
    impostors, genuine = inside & ~pairs.same, inside & pairs.same
    return {
        "photographs": len(members),
        "accepted": share((one.name, album.look(one).refusal is None) for one in members),
        "rank_1": share((one.name, album.is_right(one)) for one in known),
        "true_accept": _rate(accepted, genuine),
        "false_accept": _rate(accepted, impostors),
    }


def _both(pairs: Pairs, is_member: Callable[[Photograph], bool]) -> Mask:
    queries = np.array([is_member(one) for one in pairs.queries], bool)
    portraits = np.array([is_member(one) for one in pairs.portraits], bool)
    both: Mask = queries[:, None] & portraits[None, :]
    return both


def _rate(accepted: Mask, among: Mask) -> Figures:
    of = int(among.sum())
    count = int((accepted & among).sum())
    return {"count": count, "of": of, "share": round(count / of, 6) if of else None}


def _names(people: Iterable[Celebrity]) -> set[str]:
    return {one.portrait.name for one in people}
