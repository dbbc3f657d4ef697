"""Which requests for a bucket are by a signed address, all that the front forwards of them."""

from multidict import MultiMapping

ADDRESS_QUERY = frozenset(
    {
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Security-Token",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
        "versionId",
    }
)
"""The only names in a signed address's query, each at most once and spelt like this.

local/aws/gate.py has the same set. It runs in another environment and cannot import this module;
tests/contract/test_rooms.py holds both equal.
"""


def is_signed_address(path: str, query: MultiMapping[str]) -> bool:
    """Return whether a path and a query are those of a signed address of S3.

    S3 checks the signature itself. A name that is given twice, or that another service reads,
    could lead the request past S3.
    """
    scope = query.get("X-Amz-Credential", "").split("/")
    return (
        len(set(query)) == len(query)
        and set(query) <= ADDRESS_QUERY
        and "X-Amz-Signature" in query
        and scope[3:4] == ["s3"]
        and "//" not in path
        and ".." not in path.split("/")
    )
