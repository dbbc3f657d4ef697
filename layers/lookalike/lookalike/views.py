"""Matches, packs and portraits, as the API shows them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from lookalike import clock
from lookalike.copies import PictureAddresses
from lookalike.failures import EXPLANATIONS, FailureCode
from lookalike.matches import Match, MatchStore, Status
from lookalike.packs import Pack
from lookalike.portraits import PortraitRecord, PortraitStore, portrait_id_of
from lookalike.ranking import EVERYONE, FEWEST_IN_GROUP, SAME_PERSON, Portrait, Scores
from lookalike.scores import public_scores
from lookalike.storage import Item

POLL_AFTER_MS = 400
"""How long a client should wait before it reads an unfinished portrait again."""
UNCLAIMED_AFTER_MS = {
    timedelta(0): 250,
    timedelta(seconds=30): 800,
    timedelta(minutes=2): 1600,
}
"""The same, of a match that no execution has claimed, by its age. Its selfie may take long to come,
and is claimed soon after it has come."""
MATCH_AFTER_MS = {
    timedelta(0): 150,
    timedelta(milliseconds=200): 400,
    timedelta(seconds=3): 800,
    timedelta(seconds=10): 1600,
}
"""The same, of a claimed match, by how long ago it was claimed. Most matches end within a second or
two. One that does not is slow, or many wait."""


class Gallery(NamedTuple):
    """What a match is shown with: its selfie, and the pictures of the celebrities as of now."""

    matches: MatchStore
    portraits: PortraitStore
    pictures: PictureAddresses


def public_match(match: Match, gallery: Gallery) -> Item:
    """Return a match as `GET /matches/{match_id}` shows it. Signed addresses work for an hour."""
    (shown,) = public_matches([match], gallery)
    return shown


def public_matches(found: Sequence[Match], gallery: Gallery) -> list[Item]:
    """Return matches as `GET /matches` shows them.

    A result names its portraits by key. Read the portraits' records, because a portrait that has
    changed since then has other pictures now, and one that is removed or refused has none.
    """
    keys = {person["portrait_key"] for match in found for person in match.celebrities}
    current = gallery.portraits.get(portrait_id_of(key) for key in keys)
    return [_public_match(match, gallery, current) for match in found]


def _public_match(match: Match, gallery: Gallery, current: Mapping[str, Portrait]) -> Item:
    return {
        "match_id": match.match_id,
        "status": match.status,
        "pack": match.pack,
        "created_at": match.created_at,
        "updated_at": match.updated_at,
        "poll_after_ms": _poll_after_ms(match),
        "selfie_url": gallery.matches.selfie_url(match),
        "selfie_face": match.selfie_face,
        "other_faces": match.other_faces,
        "method": match.method,
        "among": match.among,
        "selfies": match.support.get("selfies", 1 + len(match.together_with)),
        "agree": match.support.get("agree", 1 if match.celebrities else None),
        "one_person": match.support.get("one_person"),
        "certainty": match.support.get("certainty"),
        "celebrities": [
            _public_celebrity(place, celebrity, match, gallery.pictures, current)
            for place, celebrity in enumerate(match.celebrities, start=1)
        ],
        "failure": _public_failure(match.failure, match.faces) if match.failure else None,
    }


def _public_celebrity(
    place: int,
    celebrity: Item,
    match: Match,
    pictures: PictureAddresses,
    current: Mapping[str, Portrait],
) -> Item:
    """Return a person of a result. A match of an older build lacks what is read with `get`."""
    key, face = celebrity["portrait_key"], celebrity.get("face")
    portrait_id = portrait_id_of(key)
    portrait = current.get(portrait_id)
    if portrait is not None and portrait.face is not None:
        face = portrait.face.to_json()  # of the picture that is shown, should it have changed
    same_person = celebrity.get("same_person", celebrity["similarity"] >= SAME_PERSON)
    return {
        "rank": place,
        "celebrity_id": celebrity["celebrity_id"],
        "name": celebrity["name"],
        "similarity": celebrity["similarity"],
        "resemblance": celebrity["resemblance"],
        "one_in": celebrity.get("one_in"),
        "same_person": match.method == "faces" and same_person,
        **(pictures.of(portrait) if portrait else pictures.of_unindexed(portrait_id)),
        "face": face,
        "attribution": celebrity["attribution"],
    }


def _poll_after_ms(match: Match) -> int:
    is_claimed = match.status is not Status.AWAITING_UPLOAD
    waits = MATCH_AFTER_MS if is_claimed else UNCLAIMED_AFTER_MS
    age = max(timedelta(0), clock.now() - clock.from_text(match.updated_at))
    return max(wait for since, wait in waits.items() if age >= since)


def exported_match(shown: Item, match: Match, scores: Scores) -> Item:
    """Return a match, as it is shown, with everything else that is stored about it."""
    return {
        **shown,
        "consent": match.consent,
        "content_type": match.content_type,
        "together_with": [*match.together_with],
        "photo_of": match.photo_of,
        "scores": public_scores(scores),
    }


def public_celebrity(shown: Sequence[Portrait], pictures: PictureAddresses) -> Item:
    """Return a celebrity with all of their portraits, as `GET /celebrities` shows them."""
    first, portraits = shown[0], [public_portrait(portrait, pictures) for portrait in shown]
    return {
        "celebrity_id": first.celebrity_id,
        "name": first.name,
        "description": next((one.description for one in shown if one.description), ""),
        "gender": next((one.gender for one in shown if one.gender), ""),
        "image_url": portraits[0]["image_url"],
        "images": portraits[0]["images"],
        "face": portraits[0]["face"],
        "attribution": portraits[0]["attribution"],
        "portraits": portraits,
    }


def public_portrait(portrait: Portrait, pictures: PictureAddresses) -> Item:
    """Return one portrait, with its attribution."""
    return {
        "portrait_id": portrait.portrait_id,
        **pictures.of(portrait),
        "face": portrait.face.to_json() if portrait.face else None,
        "attribution": vars(portrait.attribution),
    }


def public_pack(pack: Pack) -> Item:
    """Return a pack as `GET /packs` shows it."""
    return {
        "pack": pack.name,
        "title": pack.title,
        "portraits": pack.portraits,
        "among": [
            EVERYONE,
            *(group for group, people in pack.groups.items() if people >= FEWEST_IN_GROUP),
        ],
        "progress": vars(pack.progress) if pack.progress else None,
    }


def public_indexing(
    portrait_id: str,
    record: PortraitRecord | None,
    portraits: PortraitStore,
    pictures: PictureAddresses,
) -> Item:
    """Return what a curator sees of a portrait: awaited, indexed or refused."""
    shown = {
        "portrait_id": portrait_id,
        "status": "awaiting_upload",
        "name": None,
        "image_url": None,
        "failure": None,
        "same_face_as": None,
        "poll_after_ms": POLL_AFTER_MS,
    }
    if record is None:
        return shown
    if record.portrait is None:
        has_code = record.refusal in {*FailureCode}
        code = FailureCode(record.refusal) if has_code else FailureCode.UNSUPPORTED_IMAGE
        return {**shown, "status": "refused", "failure": _public_failure(code, [])}
    same = portraits.same_face(record)
    return {
        **shown,
        "status": "indexed",
        "name": record.portrait.name,
        "image_url": pictures.of(record.portrait)["image_url"],
        "same_face_as": {"name": same.name, "image_url": pictures.of(same)["image_url"]}
        if same
        else None,
    }


def _public_failure(code: FailureCode, faces: list[Item]) -> Item:
    words = EXPLANATIONS[code]
    return {
        "code": code,
        "message": words.message,
        "hint": words.hint,
        "faces": faces,
    }
