"""Lets `sam local invoke` run a function in a container, against the local stack.

A container cannot reach this machine's loopback. On Linux it reaches the address that this machine
has on Docker's bridge. There, and only there, a port leads to the local AWS, whose gate admits
nothing that is not signed (local/aws/gate.py).
"""

import asyncio
import fcntl
import json
import socket
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3

from local.deployment import function_names
from local.environment import REGION

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sts import STSClient

BRIDGE = b"docker0"
"""The interface of Docker's default network, to which sam attaches its containers."""
LAYER = "LookAlikeLayer"
SESSION = "sam-local-invoke"
LIFETIME = 12 * 3600
"""Seconds that a role's keys are good for, the most that AWS allows. Each start makes new ones."""
_ADDRESS_OF_INTERFACE = 0x8915  # SIOCGIFADDR, see netdevice(7)


def bridge_address() -> str | None:
    """Return this machine's IPv4 address on Docker's bridge; None without one."""
    if sys.platform != "linux":
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            reply = fcntl.ioctl(probe, _ADDRESS_OF_INTERFACE, struct.pack("256s", BRIDGE))
        except OSError:
            return None
    return socket.inet_ntoa(reply[20:24])


async def forward(bridge: str, aws_url: str) -> asyncio.Server:
    """Pass connections to the bridge's address on to the local AWS, at the same port."""
    port = urlsplit(aws_url).port

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", port)
        except OSError:  # the local AWS ends
            writer.close()
            return
        await asyncio.gather(_copy(reader, back), _copy(there, writer))
        back.close()
        writer.close()

    return await asyncio.start_server(pass_on, bridge, port)


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(2**16):
            sink.write(data)
            await sink.drain()
        sink.write_eof()
    except OSError:  # one side hung up
        sink.close()


def write_template(folder: Path, build: Path, endpoint: str) -> None:
    """Write the template, and the variables, with which sam runs the functions that are deployed.

    Each function has the variables that the local AWS gives it, its role's keys, and `endpoint`,
    the address of the local AWS. This process's AWS clients must lead to the stack. Without the
    second file sam would prefer variables of the same name in the shell, such as another key.
    """
    functions, roles = boto3.client("lambda"), boto3.client("sts")
    described = {
        name: _describe(functions, roles, function, build / name, endpoint)
        for name, function in function_names(None).items()
    }
    layer = {
        "Type": "AWS::Serverless::LayerVersion",
        "Properties": {"ContentUri": str((build / LAYER).resolve())},
    }
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {LAYER: layer, **described},
    }
    variables = {
        name: function["Properties"]["Environment"]["Variables"]
        for name, function in described.items()
    }
    folder.mkdir(mode=0o700, exist_ok=True)
    # JSON is YAML, and sam looks for this name.
    (folder / "template.yaml").write_text(json.dumps(template, indent=1))
    (folder / "variables.json").write_text(json.dumps(variables, indent=1))


def _describe(
    functions: "LambdaClient", roles: "STSClient", function: str, code: Path, endpoint: str
) -> dict[str, Any]:
    """Return a function's resource for sam, its code the built one."""
    deployed = functions.get_function_configuration(FunctionName=function)
    keys = roles.assume_role(
        RoleArn=deployed["Role"], RoleSessionName=SESSION, DurationSeconds=LIFETIME
    )["Credentials"]
    variables = {
        **deployed["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "CodeUri": str(code.resolve()),
            "Handler": deployed["Handler"],
            "Runtime": deployed["Runtime"],
            "Architectures": deployed["Architectures"],
            "Timeout": deployed["Timeout"],
            "MemorySize": deployed["MemorySize"],
            "Layers": [{"Ref": LAYER}],
            "Environment": {"Variables": variables},
        },
    }
