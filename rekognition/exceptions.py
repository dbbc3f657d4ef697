"""The errors that a caller can get, under the names that AWS gives them.

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

Any operation can raise the errors of the wire protocol and of signatures; the service's model lists
them for none.
"""


class RekognitionError(Exception):
    """An error reply: `code` is its name on the wire, `status` its HTTP status."""

    code: str
    status = 400


class AccessDeniedError(RekognitionError):
    """Raised because a web page sent the request, and no web page may call Rekognition."""

    code = "AccessDeniedException"
    status = 403

    def __init__(self) -> None:
        super().__init__("Requests of web pages are not served")


class ImageTooLargeError(RekognitionError):
    """Raised because the picture has too many bytes or pixels."""

    code = "ImageTooLargeException"


class IncompleteSignatureError(RekognitionError):
    """Raised because the Authorization header is no Signature Version 4, or signs too little."""

    code = "IncompleteSignature"
    status = 403


class InternalServerError(RekognitionError):
    """Raised because this service failed; the caller may try again."""

    code = "InternalServerError"
    status = 500


class InvalidImageFormatError(RekognitionError):
    """Raised because the bytes are not a whole JPEG or PNG."""

    code = "InvalidImageFormatException"

    def __init__(self) -> None:
        super().__init__("Request has invalid image format")


class InvalidPaginationTokenError(RekognitionError):
    """Raised because this operation did not return the token for this collection."""

    code = "InvalidPaginationTokenException"

    def __init__(self) -> None:
        super().__init__("Invalid pagination token")


class InvalidParameterError(RekognitionError):
    """Raised because a member of the request breaks a constraint, or a picture shows no face."""

    code = "InvalidParameterException"


class InvalidS3ObjectError(RekognitionError):
    """Raised because S3 refuses to return the object."""

    code = "InvalidS3ObjectException"

    def __init__(self) -> None:
        super().__init__(
            "Unable to get object metadata from S3. "
            "Check object key, region and/or access permissions."
        )


class InvalidSignatureError(RekognitionError):
    """Raised because the signature is not the key's, or is for another time, region or service."""

    code = "InvalidSignatureException"
    status = 403


class MissingAuthenticationTokenError(RekognitionError):
    """Raised because the request is not signed."""

    code = "MissingAuthenticationTokenException"
    status = 403

    def __init__(self) -> None:
        super().__init__("Missing Authentication Token")


class RequestTimeoutError(RekognitionError):
    """Raised because the end of the body did not arrive in time."""

    code = "RequestTimeoutException"
    status = 408

    def __init__(self) -> None:
        super().__init__("The request's body did not arrive in time")


class RequestTooLargeError(RekognitionError):
    """Raised because the body is longer than any valid request."""

    code = "RequestEntityTooLargeException"
    status = 413


class ResourceAlreadyExistsError(RekognitionError):
    """Raised because a collection of this id exists."""

    code = "ResourceAlreadyExistsException"

    def __init__(self, collection_id: str) -> None:
        super().__init__(f"The collection id: {collection_id} already exists")


class ResourceNotFoundError(RekognitionError):
    """Raised because there is no collection of this id."""

    code = "ResourceNotFoundException"

    def __init__(self, collection_id: str) -> None:
        super().__init__(f"The collection id: {collection_id} does not exist")


class SerializationError(RekognitionError):
    """Raised because the body is not JSON, or a member has a wrong type."""

    code = "SerializationException"


class ThrottlingError(RekognitionError):
    """Raised because too many calls came shortly before; the caller may try again later."""

    code = "ThrottlingException"

    def __init__(self) -> None:
        super().__init__("Rate exceeded")


class UnknownOperationError(RekognitionError):
    """Raised because the target names no operation that this service has."""

    code = "UnknownOperationException"


class UnrecognizedClientError(RekognitionError):
    """Raised because this service does not know the key that signed the request."""

    code = "UnrecognizedClientException"
    status = 403

    def __init__(self) -> None:
        super().__init__("The security token included in the request is invalid.")
