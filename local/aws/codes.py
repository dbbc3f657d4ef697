"""Cognito's codes: drawn at random, and sent on a pipe to the process that runs the stack.

ministack's own codes are constants. Only this process's memory holds a code; no file and no log
does.
"""

import hmac
import json
import os
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any

from ministack import app
from ministack.services import cognito

from local.aws.settings import take_codes_pipe

LIFETIME = 15 * 60.0
"""Seconds for which a code is valid."""
TRIES = 5
"""Wrong codes after which no code of an account is valid until LIFETIME is over, also no new one.
Otherwise a caller could ask for new codes and try until one is right."""

PURPOSES = {"ConfirmSignUp": "email", "ConfirmForgotPassword": "password"}
"""The attribute that a call's code confirms, as ministack names it when it sends the code."""


@dataclass
class Code:
    """A code that was sent."""

    digits: str
    expires: float
    renewal: float
    """When the account has all its tries again."""
    tries: int = TRIES


class Codes:
    """The codes that were sent and not used yet, by account and purpose."""

    def __init__(self, pipe: int | None) -> None:
        self._pipe = pipe
        self._sent: dict[tuple[str, str], Code] = {}
        self._lock = threading.Lock()

    def send(
        self,
        _pool: Any,
        username: str,
        attributes: dict[str, str],
        _code: str,
        attribute_name: str = "email",
    ) -> None:
        """Draw a code, which replaces an earlier one, and send it to the terminal.

        An account that has no tries left gets none.
        """
        digits, now = f"{secrets.randbelow(10**6):06d}", time.monotonic()
        key = attributes.get("sub", username), attribute_name
        with self._lock:
            code = Code(digits, now + LIFETIME, now + LIFETIME)
            if (sent := self._sent.get(key)) and sent.renewal > now:
                code.renewal, code.tries = sent.renewal, sent.tries
            if code.tries == 0:
                return
            self._sent[key] = code
        if self._pipe is not None:
            line = json.dumps({"email": attributes.get("email", ""), "code": digits}) + "\n"
            os.write(self._pipe, line.encode())

    def error(self, action: str, data: dict[str, Any]) -> Any:
        """Return the refusal of a call whose code is not valid; None for any other."""
        purpose = PURPOSES.get(action)
        pool, _ = cognito._pool_for_client(data.get("ClientId"))
        if purpose is None or not pool:
            return None
        user, _ = cognito._resolve_user(pool, data.get("Username"))
        if not user:
            return None
        if action == "ConfirmSignUp" and user["UserStatus"] != "UNCONFIRMED":
            status = user["UserStatus"]
            return cognito.error_response_json(
                "NotAuthorizedException",
                f"User cannot be confirmed. Current status is {status}",
                400,
            )
        account = cognito._attr_list_to_dict(user["Attributes"]).get("sub", user["Username"])
        return self._check((account, purpose), str(data.get("ConfirmationCode", "")))

    def _check(self, key: tuple[str, str], typed: str) -> Any:
        with self._lock:
            sent = self._sent.get(key)
            if sent is None or sent.expires < time.monotonic():
                return _refusal("ExpiredCodeException", "please request a code again")
            if sent.tries == 0:
                return _refusal("LimitExceededException", "attempt limit exceeded")
            if not hmac.compare_digest(sent.digits.encode(), typed.encode()):
                sent.tries -= 1
                # The reply for an account that does not exist has the same words.
                return cognito.error_response_json(
                    "CodeMismatchException",
                    "Invalid verification code provided, please try again.",
                    400,
                )
            del self._sent[key]
            return None


def _refusal(code: str, words: str) -> Any:
    return cognito.error_response_json(code, f"Invalid code provided, {words}.", 400)


def drawn_codes() -> None:
    """Draw codes at random, and send them on the pipe that LOOKALIKE_CODES_PIPE names."""
    codes = Codes(take_codes_pipe())
    cognito._send_verification_email = codes.send
    cognito._confirmation_code_error = codes.error


def addresses_without_case() -> None:
    """Compare addresses without regard to case where the pool says so."""
    run, load = cognito._run_idp_handler, app._load_persisted_state

    def load_folded() -> None:
        load()  # an older state folder holds addresses as people typed them
        for _, pool in cognito._user_pools.all_items():
            if _ignores_case(pool):
                for user in pool["_users"].values():
                    user["Attributes"] = _folded_addresses(user["Attributes"])

    def run_folded(handler: Any, action: str, data: dict[str, Any]) -> Any:
        pool = cognito._pool_for_client(data.get("ClientId"))[0] or cognito._user_pools.get(
            data.get("UserPoolId", "")
        )
        if pool and _ignores_case(pool):
            data = _folded(data)
        return run(handler, action, data)

    cognito._run_idp_handler = run_folded
    app._load_persisted_state = load_folded


def _ignores_case(pool: dict[str, Any]) -> bool:
    configuration = pool.get("UsernameConfiguration") or {}
    return str(configuration.get("CaseSensitive", True)).lower() == "false"


def _folded(data: dict[str, Any]) -> dict[str, Any]:
    folded = dict(data)
    if isinstance(name := data.get("Username"), str):
        folded["Username"] = name.lower()
    if isinstance(parameters := data.get("AuthParameters"), dict):
        name = parameters.get("USERNAME")
        if isinstance(name, str):
            folded["AuthParameters"] = {**parameters, "USERNAME": name.lower()}
    if isinstance(attributes := data.get("UserAttributes"), list):
        folded["UserAttributes"] = _folded_addresses(attributes)
    return folded


def _folded_addresses(attributes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**one, "Value": str(one.get("Value", "")).lower()} if one.get("Name") == "email" else one
        for one in attributes
    ]
