"""The environment variables of this process and its children; no other module reads or sets any.

`local.aws` has its own, in `local.aws.settings`: it runs in a process of another environment.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from local.loopback import bypass_proxies

REGION = "us-east-1"
"""The region of the local AWS."""

# For this process and for its children: each calls servers of this machine.
bypass_proxies(os.environ)


def local_environment(aws_url: str, secret: str) -> dict[str, str]:
    """Return this process's environment with AWS's variables replaced: they lead to the local AWS.

    `secret` is the secret key that signs requests there.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_POLL_DELAY": "0.5",  # of 5 seconds by itself, which the local AWS never takes
        "SAM_CLI_TELEMETRY": "0",
    }


def enter(environment: Mapping[str, str]) -> None:
    """Replace this process's environment; AWS clients that it makes afterwards follow it."""
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)


def set_region(region: str) -> None:
    """Set the region of the AWS clients that this process makes afterwards."""
    os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = region


def named_region() -> str | None:
    """Return the region in AWS_REGION, the variable of Lambda and the AWS CLI; boto3 ignores it."""
    return os.environ.get("AWS_REGION")


def environment_of_sam(binaries: Path) -> dict[str, str]:
    """Return this process's environment for sam, which looks on PATH for the template's Python."""
    return {**os.environ, "PATH": path_with(binaries), "SAM_CLI_TELEMETRY": "0"}


def environment_of_compiler() -> dict[str, str]:
    """Return this process's environment for a Python that compiles to the same bytes each time."""
    return {**os.environ, "PYTHONHASHSEED": "0"}


def path_with(binaries: Path) -> str:
    """Return a PATH that begins with a folder."""
    return f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
