"""Which keys sign for whom: the root key, checked like any other, and the functions' role keys."""

import hashlib
import hmac
from typing import Any

from ministack import app
from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import lambda_svc, sts

from local.aws import settings


def root_key() -> None:
    """Check the root key's signature like any other, and accept nothing else as the root key.

    Unfixed, ministack trusts any request with the key `test`, with no key, or with twelve digits.
    """

    def is_root(access_key_id: str) -> bool:
        return access_key_id == settings.root_key()[0]

    iam_evaluator.is_root_access_key = is_root
    sts.is_root_access_key = is_root
    # ministack does not check the signature of these keys.
    iam_evaluator._is_root_key = lambda _access_key_id: False
    enforce = iam_evaluator.enforce

    def enforce_signed(
        access_key_id: str, action: str, service: str, *more: Any, **named: Any
    ) -> Any:
        # Unfixed, a request without a key has the root key's rights. AWS serves some of them: S3
        # checks a form's policy itself, an API has authorizers, and Cognito's public calls carry a
        # password, a code or a token.
        unsigned = not access_key_id and iam_evaluator._anonymous.get()
        if unsigned and (
            service == "s3"
            or action == "execute-api:Invoke"
            or iam_evaluator._served_unsigned(service, action)
        ):
            return None
        return enforce(access_key_id, action, service, *more, **named)

    iam_evaluator.enforce = enforce_signed


def role_keys() -> None:
    """Derive the keys of the functions' roles from the state folder's secret.

    Unfixed, ministack hashes names that anyone can read in this repository, so anyone could sign
    forms and addresses. The derived keys are the same after a restart, and are known before a
    function runs, so an address that was signed before the restart is valid after it.
    """
    lambda_runtime.execution_credentials = _execution_credentials
    lambda_svc.execution_credentials = _execution_credentials
    load = app._load_persisted_state

    def load_and_register() -> None:
        load()
        sts._sessions.clear()  # anyone can derive the keys of an older state folder
        for _, function in lambda_svc._functions.all_items():
            _execution_credentials(function["config"])

    app._load_persisted_state = load_and_register


def _execution_credentials(config: dict[str, Any]) -> dict[str, str]:
    """Register the session of a function's role; return its environment variables."""
    account, _ = lambda_runtime._account_region_from_function_config(config)
    role, name = config["Role"].rsplit("/", 1)[-1], config["FunctionName"][:64]
    access_key = f"ASIA{_derived('key', config)[:16].upper()}"
    secret, token = _derived("secret", config), _derived("token", config)
    sts.register_session(
        access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
            "UserId": f"{role}:{name}",
            "SecretAccessKey": secret,
            "SessionToken": token,
        },
    )
    return {
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
    }


def _derived(purpose: str, config: dict[str, Any]) -> str:
    message = f"{purpose}:{config['FunctionArn']}:{config['Role']}".encode()
    secret = settings.root_key()[1].encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()
