"""The events of events/, and what stands in them for the things of a stack."""

import re

from local.state import ROOT

EVENTS = ROOT / "events"

SELFIES_BUCKET = "lookalike-selfiesbucket-example"
PORTRAITS_BUCKET = "lookalike-portraitsbucket-example"
MEMBER = "00000000-0000-4000-8000-00000000c001"
MEMBERS_MATCH = "00000000-0000-4000-8000-00000000b001"
GUESTS_MATCH = "00000000-0000-4000-8000-00000000a001"
SELFIE_VERSION = "EXAMPLEselfie0000000000000000000"
PORTRAIT_KEY = "celebrities/Grace_Hopper_1.jpg"
PORTRAIT_VERSION = "EXAMPLEportrait00000000000000000"
PORTRAIT_ID = "6ee8fa803c6b2082ed293e22df25a0ec"
FACES = [f"0123456789abcdef0123456789abcde{number}" for number in (1, 2, 3)]
CHANGE = "0123456789abcdef0123456789abcdef"
"""Of a pack: what its measuring waits for."""

IN_NO_STACK = (SELFIES_BUCKET, PORTRAITS_BUCKET, SELFIE_VERSION, PORTRAIT_VERSION)
"""Examples that no stack has: S3 denies access to them under every role."""


def events_of(function: str) -> list[str]:
    """Return the names of a function's events: CheckFaceFunction's begin with check_face."""
    start = re.sub(r"(?<!^)(?=[A-Z])", "_", function.removesuffix("Function")).lower()
    return sorted(path.stem for path in EVENTS.glob(f"{start}*.json"))


def names_examples(event: str) -> bool:
    """Return whether an event's text names what no stack has."""
    return any(example in event for example in IN_NO_STACK)
