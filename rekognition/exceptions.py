"""The errors a caller can meet, under the names that AWS gives them.

RekognitionError
├── AccessDeniedError
├── ImageTooLargeError
├── IncompleteSignatureError
├── InternalServerError
├── InvalidImageFormatError
├── InvalidPaginationTokenError
├── InvalidParameterError
├── InvalidS3ObjectError
├── InvalidSignatureError
├── MissingAuthenticationTokenError
├── RequestTimeoutError
├── RequestTooLargeError
├── ResourceAlreadyExistsError
├── ResourceNotFoundError
├── SerializationError
├── ThrottlingError
├── UnknownOperationError
└── UnrecognizedClientError

Those of the wire protocol and of signatures any operation may meet, and the service's model lists
them for none.
"""


class RekognitionError(Exception):
    """An error reply: `code` is its name on the wire, `status` its HTTP status."""

    code: str
    status = 400


class AccessDeniedError(RekognitionError):
    """Says that the request comes from a web page, which no caller of Rekognition's is."""

    code = "AccessDeniedException"
    status = 403

    def __init__(self) -> None:
        super().__init__("Requests of web pages are not served")


class ImageTooLargeError(RekognitionError):
    """Says that the picture has too many bytes or pixels."""

    code = "ImageTooLargeException"


class IncompleteSignatureError(RekognitionError):
    """Says that the Authorization header is none of Signature Version 4, or covers too little."""

    code = "IncompleteSignature"
    status = 403


class InternalServerError(RekognitionError):
    """Says that the fault is ours and that trying again may help."""

    code = "InternalServerError"
    status = 500


class InvalidImageFormatError(RekognitionError):
    """Says that the bytes are not a whole JPEG or PNG."""

    code = "InvalidImageFormatException"

    def __init__(self) -> None:
        super().__init__("Request has invalid image format")


class InvalidPaginationTokenError(RekognitionError):
    """Says that the token is not one that this operation gave for this collection."""

    code = "InvalidPaginationTokenException"

    def __init__(self) -> None:
        super().__init__("Invalid pagination token")


class InvalidParameterError(RekognitionError):
    """Says that a member of the request breaks a constraint, or that a picture shows no face."""

    code = "InvalidParameterException"


class InvalidS3ObjectError(RekognitionError):
    """Says that S3 refuses to hand over the object."""

    code = "InvalidS3ObjectException"

    def __init__(self) -> None:
        super().__init__(
            "Unable to get object metadata from S3. "
            "Check object key, region and/or access permissions."
        )


class InvalidSignatureError(RekognitionError):
    """Says that the signature is not the one that the key gives, or of another time or place."""

    code = "InvalidSignatureException"
    status = 403


class MissingAuthenticationTokenError(RekognitionError):
    """Says that the request is not signed."""

    code = "MissingAuthenticationTokenException"
    status = 403

    def __init__(self) -> None:
        super().__init__("Missing Authentication Token")


class RequestTimeoutError(RekognitionError):
    """Says that the body did not come to its end in time."""

    code = "RequestTimeoutException"
    status = 408

    def __init__(self) -> None:
        super().__init__("The request's body did not arrive in time")


class RequestTooLargeError(RekognitionError):
    """Says that the body is longer than any valid request."""

    code = "RequestEntityTooLargeException"
    status = 413


class ResourceAlreadyExistsError(RekognitionError):
    """Says that a collection of this id exists."""

    code = "ResourceAlreadyExistsException"

    def __init__(self, collection_id: str) -> None:
        super().__init__(f"The collection id: {collection_id} already exists")


class ResourceNotFoundError(RekognitionError):
    """Says that there is no collection of this id."""

    code = "ResourceNotFoundException"

    def __init__(self, collection_id: str) -> None:
        super().__init__(f"The collection id: {collection_id} does not exist")


class SerializationError(RekognitionError):
    """Says that the body is not JSON, or a member not of its type."""

    code = "SerializationException"


class ThrottlingError(RekognitionError):
    """Says that the call comes too soon after others, and that trying again later helps."""

    code = "ThrottlingException"

    def __init__(self) -> None:
        super().__init__("Rate exceeded")


class UnknownOperationError(RekognitionError):
    """Says that the target names no operation that is served here."""

    code = "UnknownOperationException"


class UnrecognizedClientError(RekognitionError):
    """Says that the request is signed with a key that is not known here."""

    code = "UnrecognizedClientException"
    status = 403

    def __init__(self) -> None:
        super().__init__("The security token included in the request is invalid.")
