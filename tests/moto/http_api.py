"""Requests as API Gateway's HTTP API hands them to the function."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.moto.cloud import ROUTES, Context


@dataclass(frozen=True)
class Answer:
    """What the function answered."""

    status: int
    content_type: str | None
    text: str
    retry_after: str | None = None

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The code of a problem."""
        assert self.content_type == "application/problem+json"
        return str(self.json["code"])


def event(
    method: str,
    path: str,
    *,
    caller: str | None = None,
    groups: str | list[str] | None = None,
    query: dict[str, str] | None = None,
    body: str | bytes | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A request of payload format 2.0; `caller` is the subject of a verified token.

    The gateway writes the token's `groups` as one text, such as `[curators]`.
    """
    route, parameters = route_of(method, path)
    request: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {route}",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": {
            "content-type": "application/json",
            "host": "abcdefghij.execute-api.us-east-1.amazonaws.com",
            "user-agent": "Mozilla/5.0",
            **(headers or {}),
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": "abcdefghij.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "abcdefghij",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "Mozilla/5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} {route}",
            "stage": "$default",
            "time": "22/Nov/2026:16:01:33 +0000",
            "timeEpoch": 1795363293000,
        },
        "isBase64Encoded": isinstance(body, bytes),
    }
    if parameters:
        request["pathParameters"] = parameters
    if query is not None:
        request["queryStringParameters"] = query
    if caller is not None:
        claims = {
            "sub": caller,
            "cognito:username": caller,
            "email": "grace@example.org",
            "token_use": "id",
            **({} if groups is None else {"cognito:groups": groups}),
        }
        request["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    if body is not None:
        request["body"] = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    return request


class Api:
    """A client of the function, by way of its events."""

    def __init__(self, function: Any) -> None:
        self.function = function

    def __call__(self, method: str, path: str, **request: Any) -> Answer:
        reply = self.function.handler(event(method, path, **request), Context())
        headers = {
            **reply.get("headers", {}),
            **{name: values[0] for name, values in reply.get("multiValueHeaders", {}).items()},
        }
        return Answer(
            reply["statusCode"],
            headers.get("Content-Type"),
            reply.get("body") or "",
            headers.get("Retry-After"),
        )


def route_of(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The template's route that the gateway takes a request for; exact ones go first."""
    for route_method, route in sorted(ROUTES, key=lambda route: "{" in route[1]):
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route)
        match = re.fullmatch(pattern, path)
        if route_method == method and match:
            return route, match.groupdict()
    raise AssertionError(f"the template has no route for {method} {path}")
