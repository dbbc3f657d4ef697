"""What can be reached through the front, and what cannot."""

import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.pictures import encode, open_face
from tests.running_stack import RunningStack


def raw_get(stack: RunningStack, path: str) -> int:
    """Ask for a path just as it is spelt; give the status."""
    connection = http.client.HTTPConnection("localhost", stack.port, timeout=30)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_page_finds_its_configuration(stack: RunningStack) -> None:
    config = requests.get(f"{stack.origin}/config.json", timeout=30).json()

    assert set(config) == {"api_url", "consent_version", "guests", "cognito", "local"}
    assert set(config["cognito"]) == {"endpoint", "region", "client_id"}
    assert config["local"] is True


def test_the_page_may_run_nothing_but_its_own_scripts(stack: RunningStack) -> None:
    page = requests.get(stack.origin, timeout=30)

    policy = page.headers["Content-Security-Policy"]
    assert page.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"


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
    ],
)
def test_nothing_else_of_the_machine_is_served(stack: RunningStack, path: str) -> None:
    assert raw_get(stack, path) in {400, 401, 404}


def test_a_picture_is_not_served_without_a_signature(stack: RunningStack, selfie: Path) -> None:
    match = stack.play(encode(open_face(selfie)))
    signed = match["celebrities"][0]["image_url"]

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
    headers = {"Host": "double.example", "X-Forwarded-Proto": "https"}

    answer = requests.get(
        f"{stack.api}/guest/matches/{match['match_id']}", headers=headers, timeout=30
    ).json()

    shown = [answer["selfie_url"], *(one["image_url"] for one in answer["celebrities"])]
    assert {urlsplit(url)[:2] for url in shown} == {("https", "double.example")}


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
