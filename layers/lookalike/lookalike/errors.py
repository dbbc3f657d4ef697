"""The exceptions of the product.

LookAlikeError
├── NotFound                 no such match, or it is somebody else's
├── Forbidden                the caller may not do this
├── UnknownPack              no such pack
├── ConsentRequired          the consent given is not the current one
├── InvalidRequest           the request cannot be understood
├── RecogniserBusy           Rekognition throttles; the state machine and EventBridge retry it
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


class UnknownPack(LookAlikeError):
    """Raised where a pack does not exist."""


class ConsentRequired(LookAlikeError):
    """Raised where the consent given is missing or outdated."""


class InvalidRequest(LookAlikeError):
    """Raised where a request cannot be understood; the message says why."""


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
