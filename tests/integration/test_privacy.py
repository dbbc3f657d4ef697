"""What people hand over is in no log, and once deleted in no file."""

import base64
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.pictures import encode, open_face
from tests.running_stack import FINISHING, RunningStack, new_address, wait_for


class Member:
    """A person with an account, made as the page makes it."""

    password = "a long enough sentence"

    def __init__(self, stack: RunningStack) -> None:
        """Sign up, type the code, and sign in."""
        self._stack, self.email = stack, new_address()
        attributes = [{"Name": "email", "Value": self.email}]
        self._ask("SignUp", Username=self.email, Password=self.password, UserAttributes=attributes)
        self.codes = [stack.code_for(self.email)]
        self._ask("ConfirmSignUp", Username=self.email, ConfirmationCode=self.codes[0])
        self.sign_in()

    def sign_in(self) -> None:
        """Sign in with the password."""
        reply = self._ask(
            "InitiateAuth",
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": self.email, "PASSWORD": self.password},
        )
        self.tokens: dict[str, str] = reply["AuthenticationResult"]

    def reset_password(self) -> None:
        """Ask for a code, mistype it, and type it."""
        self._ask("ForgotPassword", Username=self.email)
        self.codes.append(self._stack.code_for(self.email, 2))
        for code, status in (("x", 400), (self.codes[1], 200)):
            self._ask(
                "ConfirmForgotPassword",
                status,
                Username=self.email,
                ConfirmationCode=code,
                Password=self.password,
            )

    def _ask(self, operation: str, status: int = 200, **body: Any) -> Any:
        answer = requests.post(
            f"{self._stack.origin}/cognito",
            headers={
                "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
                "Content-Type": "application/x-amz-json-1.1",
            },
            json={"ClientId": self._stack.outputs.user_pool_client_id, **body},
            timeout=30,
        )
        assert answer.status_code == status, answer.text
        return answer.json()


def files(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_text(errors="replace")


def send_rubbish(stack: RunningStack, secret: str) -> None:
    """Send what is no request, and requests that fail, with something that no log may quote."""
    host = "HTTP/1.1\r\nHost: localhost\r\n"
    for data in (
        f"{secret}\r\n\r\n",
        f"GET /{secret}\x00 {host}\r\n",
        f"GET / {host}X: {secret}\r\nContent-Length: x\r\n\r\n",
        f"POST /api/matches {host}Transfer-Encoding: chunked\r\n\r\n{secret}",
    ):
        with socket.create_connection(("127.0.0.1", stack.port)) as connection:
            connection.sendall(data.encode())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                continue
    for path in (f"/guest/matches/{secret}", f"/celebrities?cursor={secret}", f"/{secret}"):
        stack.call("GET", path, secret)
    stack.call("POST", "/guest/matches", data=secret)


def test_what_people_hand_over_is_in_no_log_and_once_deleted_in_no_file(
    stack: RunningStack, selfie: Path
) -> None:
    member, rubbish = Member(stack), "6c0f2e-unmistakable"
    token = member.tokens["IdToken"]
    user = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["sub"]
    match = stack.play(encode(open_face(selfie)), token)
    member.reset_password()
    send_rubbish(stack, rubbish)

    assert stack.call("DELETE", "/me", token).status_code == 204
    wait_for(lambda: not stack.selfie_versions(match["match_id"]), FINISHING)

    said = stack.output.read_text()
    assert "Traceback" not in said
    for secret in (member.email, rubbish, *member.tokens.values()):
        if isinstance(secret, str):
            assert secret not in said
    handed_over = [member.email, member.password, rubbish, user, *member.codes]
    handed_over += [value for value in member.tokens.values() if isinstance(value, str)][:3]
    for path, text in files(stack.state / "logs"):
        assert [one for one in handed_over if one in text] == [], path
    for path, text in files(stack.state / "aws"):
        assert member.email not in text, path
        assert member.password not in text, path


@pytest.mark.parametrize("name", ["aws", "rekognition"])
def test_a_service_notes_no_traceback_in_ordinary_use(stack: RunningStack, name: str) -> None:
    assert "Traceback" not in (stack.state / "logs" / f"{name}.log").read_text()
