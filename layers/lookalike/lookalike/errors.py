"""The exceptions of the product.

LookAlikeError
├── NotFound                 no such match, or another caller owns it
├── Forbidden                the caller may not do this
├── SignedOut                the caller's account is deleted, but their token is still valid
├── TryLater                 the same request may succeed after a wait
│   ├── Busy                 a short wait: other requests write to the same item
│   ├── TooManyMatches       until tomorrow: the caller or their address has reached the day's limit
│   └── SoldOut              until tomorrow: the deployment has reached the day's limit
├── UnknownPack              no such pack
├── UnknownGroup             the pack's catalog labels no such people
├── UnknownMatch             the earlier match that a new one names does not fit
├── UnknownPortrait          no such portrait in this pack
├── ConsentRequired          the consent given is not the current one
├── InvalidRequest           the request cannot be understood
├── SelfieNotDeleted         S3 did not delete a selfie, so no record was deleted either
├── RecogniserBusy           Rekognition throttles; the state machine retries it, or Lambda does
├── RecogniserUnavailable    Rekognition fails for a reason that may pass
├── RecogniserRefused        Rekognition refuses the request, and would refuse it again
├── UnreadablePicture        Rekognition cannot read the picture
├── PictureTooLarge          the picture has more pixels or bytes than Rekognition takes
├── CatalogEmpty             a match would name no celebrity, because the pack has none for it
├── NoFaceFound              a match would name no celebrity, because its selfie shows no face
└── PortraitChanged          another invocation changed the portrait's record first
"""


class LookAlikeError(Exception):
    """The base of every error that the product raises on purpose."""


class NotFound(LookAlikeError):
    """Raised if there is no such match for this caller."""


class Forbidden(LookAlikeError):
    """Raised if a caller may not do this; the message says why."""


class SignedOut(LookAlikeError):
    """Raised if the caller's account has been deleted."""


class TryLater(LookAlikeError):
    """The base of the errors after which the same request may succeed later."""

    def __init__(self, retry_after: int) -> None:
        """Carry the seconds that the caller should wait."""
        super().__init__(retry_after)
        self.retry_after = retry_after


class Busy(TryLater):
    """Raised if other requests keep writing to the same item."""


class TooManyMatches(TryLater):
    """Raised if a member, or the guests at one address, have reached today's limit."""


class SoldOut(TryLater):
    """Raised if the deployment has reached today's limit."""


class UnknownPack(LookAlikeError):
    """Raised if a pack does not exist."""


class UnknownGroup(LookAlikeError):
    """Raised if a pack's catalog labels no person of a group."""


class UnknownMatch(LookAlikeError):
    """Raised if a new match names an earlier one that the caller may not use for it."""


class UnknownPortrait(LookAlikeError):
    """Raised if a pack has no such portrait."""


class ConsentRequired(LookAlikeError):
    """Raised if the consent given is missing or outdated."""


class InvalidRequest(LookAlikeError):
    """Raised if a request cannot be understood; the message says why."""


class SelfieNotDeleted(LookAlikeError):
    """Raised if S3 does not delete a selfie; its record is kept, so the caller can retry."""


class RecogniserBusy(LookAlikeError):
    """Raised if Rekognition throttles a call."""


class RecogniserUnavailable(LookAlikeError):
    """Raised if Rekognition fails for a reason that may pass, which is not in the request."""


class RecogniserRefused(LookAlikeError):
    """Raised if Rekognition refuses a request in a way that does not pass.

    The function's role lacks a right, the picture or the collection is gone, or it is a bug.
    """


class UnreadablePicture(LookAlikeError):
    """Raised if Rekognition cannot read a picture."""


class PictureTooLarge(LookAlikeError):
    """Raised if a picture exceeds what Rekognition takes."""


class CatalogEmpty(LookAlikeError):
    """Raised if a pack has no portrait to name, or none of the group that was asked for."""


class NoFaceFound(LookAlikeError):
    """Raised if the search found no person, and the selfie shows no face to compare."""


class PortraitChanged(LookAlikeError):
    """Raised if a portrait's record changed between reading and writing it."""
