"""The errors a caller can meet, under the names that AWS gives them.

RekognitionError
├── ImageTooLargeError
├── InternalServerError
├── InvalidImageFormatError
├── InvalidPaginationTokenError
├── InvalidParameterError
├── InvalidS3ObjectError
├── RequestTooLargeError
├── ResourceAlreadyExistsError
├── ResourceNotFoundError
├── SerializationError
└── UnknownOperationError

RequestTooLargeError, SerializationError and UnknownOperationError belong to the wire protocol: any
operation may meet them, and the service's model lists them for none.
"""


class RekognitionError(Exception):
    """An error reply: `code` is its name on the wire, `status` its HTTP status."""

    code: str
    status = 400


class ImageTooLargeError(RekognitionError):
    """Says that the picture has too many bytes or pixels."""

    code = "ImageTooLargeException"


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


class UnknownOperationError(RekognitionError):
    """Says that the target names no operation that is served here."""

    code = "UnknownOperationException"
