"""The exceptions of the product.

LookAlikeError
├── NotFound                 no such match, or it is somebody else's
├── Forbidden                the caller may not do this
├── SignedOut                the caller has been forgotten, although their token still lives
├── TryLater                 it cannot be done now, but may be after a wait
│   ├── Busy                 a short one: others are at the same thing
│   ├── TooManyMatches       until tomorrow: the caller, or their source, has had theirs for the day
│   └── SoldOut              until tomorrow: the deployment has begun as many as it may
├── UnknownPack              no such pack
├── UnknownPortrait          no such portrait in this pack
├── ConsentRequired          the consent given is not the current one
├── InvalidRequest           the request cannot be understood
├── SelfieNotDeleted         S3 did not delete what it was told to; nothing else was deleted
├── RecogniserBusy           Rekognition throttles; the state machine retries it, or Lambda does
├── RecogniserUnavailable    Rekognition fails for a reason of its own
├── UnreadablePicture        Rekognition cannot read the picture
├── PictureTooLarge          the picture has more pixels or bytes than Rekognition takes
└── PortraitChanged          the portrait was indexed by somebody else meanwhile
"""


class LookAlikeError(Exception):
    """The base of every error that the product raises on purpose."""


class NotFound(LookAlikeError):
    """Raised where there is no such match for this caller."""


class Forbidden(LookAlikeError):
    """Raised where a caller may not do this; the message says why."""


class SignedOut(LookAlikeError):
    """Raised where the caller's account has been deleted."""


class TryLater(LookAlikeError):
    """The base of what is raised where the same request may succeed after a wait."""

    def __init__(self, retry_after: int) -> None:
        """Say how many seconds to wait."""
        super().__init__(retry_after)
        self.retry_after = retry_after


class Busy(TryLater):
    """Raised where others are at the same thing."""


class TooManyMatches(TryLater):
    """Raised where a member, or a source of guests, has begun as many matches as they may today."""


class SoldOut(TryLater):
    """Raised where the deployment has begun as many matches as it may today."""


class UnknownPack(LookAlikeError):
    """Raised where a pack does not exist."""


class UnknownPortrait(LookAlikeError):
    """Raised where a pack has no such portrait."""


class ConsentRequired(LookAlikeError):
    """Raised where the consent given is missing or outdated."""


class InvalidRequest(LookAlikeError):
    """Raised where a request cannot be understood; the message says why."""


class SelfieNotDeleted(LookAlikeError):
    """Raised where S3 refuses to delete a selfie, so that the record is kept too."""


class RecogniserBusy(LookAlikeError):
    """Raised where Rekognition asks to be called later."""


class RecogniserUnavailable(LookAlikeError):
    """Raised where Rekognition fails for a reason of its own."""


class UnreadablePicture(LookAlikeError):
    """Raised where Rekognition cannot read a picture."""


class PictureTooLarge(LookAlikeError):
    """Raised where a picture exceeds what Rekognition takes."""


class PortraitChanged(LookAlikeError):
    """Raised where a portrait's record changed between reading and writing it."""
