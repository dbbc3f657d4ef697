"""What can be reached through the front, and what cannot."""

import gzip
import http.client
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import yaml

from local.state import ROOT
from tests.pictures import encode, open_face
from tests.running_stack import RunningStack

TUNNEL = "https://faces.example"


def raw_get(stack: RunningStack, path: str) -> int:
    """Ask for a path just as it is spelt; return the status."""
    connection = http.client.HTTPConnection("localhost", stack.port, timeout=30)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_page_finds_its_configuration(stack: RunningStack) -> None:
    config = requests.get(f"{stack.origin}/config.json", timeout=30).json()

    assert set(config) == {
        "api_url",
        "consent_version",
        "guests",
        "cognito",
        "local",
        "selfie_retention_days",
    }
    assert set(config["cognito"]) == {"endpoint", "region", "client_id"}
    assert config["local"] is True


@pytest.mark.parametrize("path", ["/", "/index.html", "/config.json", "/favicon.svg", "/nowhere"])
def test_every_answer_has_the_headers_of_the_file_that_a_deployment_uses(
    stack: RunningStack, path: str
) -> None:
    (everywhere, *_) = yaml.safe_load((ROOT / "customHttp.yml").read_text())["customHeaders"]
    wanted = {header["key"]: header["value"] for header in everywhere["headers"]}
    del wanted["Strict-Transport-Security"]  # only where there is TLS
    alone = re.sub(r"\$\{\w+\} ", "", wanted.pop("Content-Security-Policy"))

    answer = requests.get(stack.origin + path, timeout=30)

    assert everywhere["pattern"] == "**/*"
    assert {name: answer.headers.get(name) for name in wanted} == wanted
    assert answer.headers["Content-Security-Policy"] == alone
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    ("path", "header", "value"),
    [
        ("/scripts/app.js", "Content-Security-Policy", None),
        ("/styles/base.css", "Content-Security-Policy", None),
        ("/service-worker.js", "Referrer-Policy", "no-referrer"),
        ("/icons/icon-192.png", "Cache-Control", "max-age=86400"),
        ("/social-card.png", "Cross-Origin-Resource-Policy", "cross-origin"),
    ],
)
def test_some_files_have_headers_of_their_own(
    stack: RunningStack, path: str, header: str, value: str | None
) -> None:
    answer = requests.get(stack.origin + path, timeout=30)

    assert answer.status_code == 200
    assert answer.headers.get(header) == value
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/config.json", "application/json; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml; charset=utf-8"),
        ("/icons/icon-192.png", "image/png"),
        ("/manifest.webmanifest", "application/manifest+json; charset=utf-8"),
        ("/scripts/app.js", "text/javascript; charset=utf-8"),
        ("/styles/base.css", "text/css; charset=utf-8"),
    ],
)
def test_a_file_is_called_what_it_is(stack: RunningStack, path: str, content_type: str) -> None:
    answer = requests.get(stack.origin + path, timeout=30)

    assert answer.headers["Content-Type"] == content_type


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "gzip"),
        ("br;q=1.0, gzip;q=0.5", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=0", None),
        ("br, gzip; q=0.000, identity", None),
        ("identity", None),
        ("", None),
    ],
)
def test_a_text_is_compressed_for_those_who_take_it(
    stack: RunningStack, accepted: str, coding: str | None
) -> None:
    address = f"{stack.origin}/scripts/app.js"

    answer = requests.get(address, headers={"Accept-Encoding": accepted}, timeout=30)

    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.content == (ROOT / "web" / "scripts" / "app.js").read_bytes()
    assert (int(answer.headers["Content-Length"]) < len(answer.content)) is (coding is not None)


def test_a_picture_is_not_compressed_once_more(stack: RunningStack) -> None:
    answer = requests.get(f"{stack.origin}/social-card.png", timeout=30)

    assert "Content-Encoding" not in answer.headers
    assert answer.content == (ROOT / "web" / "social-card.png").read_bytes()


@pytest.mark.parametrize("path", ["/", "/config.json", "/icons/icon-192.png"])
def test_what_a_browser_has_is_not_sent_again(stack: RunningStack, path: str) -> None:
    first = requests.get(stack.origin + path, timeout=30)

    known = {"If-None-Match": first.headers["ETag"]}
    again = requests.get(stack.origin + path, headers=known, timeout=30)
    other = requests.get(stack.origin + path, headers={"If-None-Match": '"other"'}, timeout=30)

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["/", "/social-card.png"])
def test_the_head_of_a_file_can_be_asked_for(stack: RunningStack, path: str) -> None:
    whole = requests.get(stack.origin + path, timeout=30)

    head = requests.head(stack.origin + path, timeout=30)

    assert head.status_code == 200
    assert head.content == b""
    for name in ("Content-Length", "Content-Type", "ETag"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    "path",
    [
        "/_ministack/health",
        "/_aws/execute-api/x/$default/status",
        "/api/_ministack/reset",
        "/api/../_ministack/health",
        "/api/matches/../../_ministack/health",
        "/api/matches/%2e%2e/%2e%2e/_ministack/health",
        "/2015-03-31/functions",
        "/../README.md",
        "/%2e%2e/template.yaml",
        "/%00",
        "/" + "x" * 300,
        "/aws-sam-cli-managed-default/x?X-Amz-Signature=1",
        "//lookalike/x?X-Amz-Signature=1",
        "http://127.0.0.1/_ministack/health",
    ],
)
def test_nothing_else_of_the_machine_is_served(stack: RunningStack, path: str) -> None:
    assert raw_get(stack, path) in {400, 401, 404, 421}


def test_a_picture_is_not_served_without_a_signature(stack: RunningStack, selfie: Path) -> None:
    match = stack.play(encode(open_face(selfie)))
    signed = match["selfie_url"]

    assert requests.get(signed, timeout=30).status_code == 200
    assert requests.get(signed.split("?", 1)[0], timeout=30).status_code == 403
    assert requests.get(signed[:-4] + "0000", timeout=30).status_code == 403


def test_cognito_answers_what_a_page_may_ask_and_nothing_else(stack: RunningStack) -> None:
    def ask(operation: str) -> int:
        target = f"AWSCognitoIdentityProviderService.{operation}"
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
        return requests.post(
            f"{stack.origin}/cognito", headers=headers, data="{}", timeout=30
        ).status_code

    assert ask("ListUsers") == 403
    assert ask("AdminDeleteUser") == 403
    assert ask("InitiateAuth") == 400


def test_a_form_cannot_be_made_a_call_of_another_service(stack: RunningStack) -> None:
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.ListTables",
        "Content-Type": "application/x-amz-json-1.0",
    }

    to_bucket = requests.post(
        f"{stack.origin}/{stack.outputs.selfies_bucket}", headers=headers, data="{}", timeout=30
    )
    to_api = requests.post(f"{stack.api}/matches", headers=headers, data="{}", timeout=30)

    assert "TableNames" not in to_bucket.text + to_api.text
    assert to_bucket.status_code >= 400
    assert to_api.status_code == 401


def test_two_targets_are_refused(stack: RunningStack) -> None:
    connection = http.client.HTTPConnection("localhost", stack.port, timeout=30)
    connection.putrequest("POST", "/cognito")
    connection.putheader("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp")
    connection.putheader("X-Amz-Target", "DynamoDB_20120810.ListTables")
    connection.putheader("Content-Length", "2")
    connection.endheaders(b"{}")

    status = connection.getresponse().status
    connection.close()

    assert status == 403


def test_addresses_are_at_the_origin_that_the_client_used(
    stack: RunningStack, selfie: Path
) -> None:
    match = stack.play(encode(open_face(selfie)))
    path = f"{stack.api}/guest/matches/{match['match_id']}"

    for host, origin in (
        (urlsplit(TUNNEL).netloc, TUNNEL),
        (f"127.0.0.1:{stack.port}", f"http://127.0.0.1:{stack.port}"),
    ):
        answer = requests.get(path, headers={"Host": host}, timeout=30).json()
        shown = [answer["selfie_url"], *(one["image_url"] for one in answer["celebrities"])]
        assert {"://".join(urlsplit(url)[:2]) for url in shown} == {origin}


@pytest.mark.parametrize("path", ["/", "/config.json", "/api/status"])
@pytest.mark.parametrize("host", ["rebind.evil.example", "localhost.evil.example", "10.0.0.1"])
def test_another_hosts_name_is_misdirected(stack: RunningStack, path: str, host: str) -> None:
    answer = requests.get(stack.origin + path, headers={"Host": host}, timeout=30)

    assert answer.status_code == 421


def test_a_page_of_another_site_is_refused(stack: RunningStack) -> None:
    def ask(origin: str) -> int:
        headers = {"Origin": origin}
        return requests.get(f"{stack.api}/status", headers=headers, timeout=30).status_code

    assert ask(stack.origin) == 200
    assert ask("https://evil.example") == 403
    assert ask("null") == 403


def test_a_signed_address_takes_no_other_words(stack: RunningStack, selfie: Path) -> None:
    signed = stack.play(encode(open_face(selfie)))["selfie_url"]
    address, _, query = signed.partition("?")

    def ask(url: str) -> int:
        return raw_get(stack, url.removeprefix(stack.origin))

    assert ask(signed) == 200
    for more in ("Action=GetSessionToken", "acl", "x-amz-acl=public-read", "uploads"):
        assert ask(f"{signed}&{more}") == 403
    assert ask(f"{signed}&X-Amz-Signature=1") == 403  # once more
    assert ask(signed.replace("X-Amz-Date", "x-amz-date")) == 403  # in another spelling
    assert ask(signed.replace("%2Fs3%2F", "%2Fsts%2F")) == 403
    assert ask(f"{address}/../x?{query}") == 403
    assert ask(f"{address}//x?{query}") == 403


@pytest.mark.parametrize("path", ["/api/guest/matches", "/cognito"])
def test_a_call_with_a_long_body_is_refused(stack: RunningStack, path: str) -> None:
    target = "AWSCognitoIdentityProviderService.SignUp"
    headers = {"Content-Type": "application/json", "X-Amz-Target": target}

    for body in (b" " * 300_000, iter([b" " * 100_000] * 3)):  # with its length, and without
        answer = requests.post(stack.origin + path, headers=headers, data=body, timeout=30)
        assert answer.status_code == 413


def test_a_form_that_is_too_long_is_refused_as_s3_does(stack: RunningStack) -> None:
    form = stack.create()["upload"]

    sent = stack.upload(form, b"x" * 17_000_000)

    assert sent.status_code == 413
    assert "EntityTooLarge" in sent.text


def test_a_body_that_is_not_coded_as_it_says_is_refused(stack: RunningStack) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    broken = requests.post(f"{stack.api}/guest/matches", headers=headers, data=b"{}", timeout=30)
    bomb = requests.post(
        f"{stack.api}/guest/matches",
        headers=headers,
        data=gzip.compress(b" " * 50_000_000),
        timeout=30,
    )

    assert broken.status_code == 400
    assert bomb.status_code == 413


@pytest.mark.parametrize(
    "odd", ["%00", "%0a", "%ff", "%zz", "..", "%2e%2e", "a%2fb", "%F0%9F%8E%AD"]
)
def test_an_id_of_odd_bytes_is_not_found_like_any_other(stack: RunningStack, odd: str) -> None:
    connection = http.client.HTTPConnection("localhost", stack.port, timeout=30)
    connection.putrequest("GET", f"/api/guest/matches/{odd}", skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()

    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["code"] == "not_found"


def test_a_page_of_celebrities_has_their_credits(stack: RunningStack) -> None:
    listed = requests.get(f"{stack.api}/celebrities?pack=celebrities&limit=4", timeout=30).json()
    cursor = listed["next_cursor"]
    rest = requests.get(f"{stack.api}/celebrities?cursor={cursor}", timeout=30).json()

    people = [*listed["celebrities"], *rest["celebrities"]]
    assert len(listed["celebrities"]) == 4
    assert rest["next_cursor"] is None
    assert len({one["celebrity_id"] for one in people}) == len(people) >= 6
    assert all(one["attribution"]["license"] for one in people)
    assert all(one["attribution"]["source_url"] for one in people)
