"""config.json beside the page: the only thing that the page needs to know of its deployment."""

from typing import Any

from local.deployment import Outputs
from lookalike import CONSENT_VERSION


def page_config(
    outputs: Outputs, *, api_url: str, cognito: str, region: str, local: bool = False
) -> dict[str, Any]:
    """Return what config.json says.

    `api_url` and `cognito` are where the page calls the API and Cognito; the first may be relative.
    `guests` says whether people may play without an account. `local` only changes words on the
    page. `selfie_retention_days` is what the page says of how long a photograph is kept.
    """
    return {
        "api_url": api_url,
        "consent_version": CONSENT_VERSION,
        "guests": outputs.allow_guests,
        "cognito": {
            "endpoint": cognito,
            "region": region,
            "client_id": outputs.user_pool_client_id,
        },
        "local": local,
        "selfie_retention_days": outputs.selfie_retention_days,
    }
