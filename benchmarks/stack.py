"""A local stack of the bench: played with, and watched from outside."""

import base64
import itertools
import json
import os
import subprocess
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from benchmarks.usage import wait_for_page
from cli.match import Client
from local.deployment import read_outputs
from local.executions import Executions
from local.state import ROOT, free_port

UP = """
import sys
from pathlib import Path
from cli.up import run
sys.exit(run(int(sys.argv[1]), Path(sys.argv[2]), None))
"""
PROCESSES = {
    "-m rekognition.decoder": "picture decoders",
    "-m rekognition": "recogniser",
    "local.aws.launch": "local AWS",
    "_worker.py": "functions",
}
"""What a process is, by a part of its command."""
FRONT = "front"
"""The process that starts the others, and serves the page."""

A_BATCH = 25
"""Items that DynamoDB takes at once."""

_numbers = itertools.count()


def commented(photograph: bytes) -> bytes:
    """Return a JPEG with bytes of its own: it has another comment each time."""
    comment = str(next(_numbers)).encode()
    length = (len(comment) + 2).to_bytes(2, "big")
    return photograph[:2] + b"\xff\xfe" + length + comment + photograph[2:]


class Stack:
    """A running local stack of the bench."""

    def __init__(self, state: Path, origin: str, process_id: int) -> None:
        """Make clients for the stack of a state folder."""
        addresses = json.loads((state / "running.json").read_text())
        session = boto3.Session("test", (state / "secret").read_text(), region_name="us-east-1")
        aws = addresses["aws_url"]
        outputs = read_outputs(client=session.client("cloudformation", endpoint_url=aws))
        assert outputs is not None
        self.outputs = outputs
        self.tables = session.client("dynamodb", endpoint_url=aws)
        self._accounts = session.client("cognito-idp", endpoint_url=aws)
        self._executions = Executions(outputs, session, endpoint_url=aws)
        self._recogniser = session.client("rekognition", endpoint_url=addresses["rekognition_url"])
        self.origin, self._process_id = origin, process_id

    def play(self, photograph: bytes) -> tuple[str, float]:
        """Play a match; return its id, and the seconds until its result was stored."""
        client = Client.of_page(self.origin)
        created = client.begin({"content_type": "image/jpeg"})
        client.upload(created["upload"], "selfie.jpg", commented(photograph), "image/jpeg")
        accepted = datetime.now(UTC)
        match = client.wait(created["match_id"])
        assert match["status"] in {"succeeded", "failed"}, match["status"]
        return match["match_id"], (
            datetime.fromisoformat(match["updated_at"]) - accepted
        ).total_seconds()

    def recognise(self, photograph: bytes) -> None:
        """Have the recogniser do what it does for a match."""
        image: Any = {"Bytes": commented(photograph)}
        self._recogniser.detect_faces(Image=image, Attributes=["DEFAULT", "FACE_OCCLUDED"])
        self._recogniser.search_faces_by_image(
            CollectionId=self.outputs.celebrities_collection,
            Image=image,
            FaceMatchThreshold=0,
            MaxFaces=500,
            QualityFilter="NONE",
        )

    def sign_up(self) -> str:
        """Make an account; return its id token."""
        client_id = self.outputs.user_pool_client_id
        email, password = f"{uuid.uuid4().hex}@example.org", uuid.uuid4().hex
        self._accounts.sign_up(
            ClientId=client_id,
            Username=email,
            Password=password,
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        self._accounts.admin_confirm_sign_up(UserPoolId=self.outputs.user_pool_id, Username=email)
        return self._accounts.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )["AuthenticationResult"]["IdToken"]

    def put_finished(self, finished: Mapping[str, Any], users: Sequence[str]) -> None:
        """Store a match like a finished one for each of these users."""
        table = self.outputs.matches_table
        for start in range(0, len(users), A_BATCH):
            puts: list[Any] = [
                {"PutRequest": {"Item": {**finished, "match_id": _id(), "user_id": {"S": user}}}}
                for user in users[start : start + A_BATCH]
            ]
            self.tables.batch_write_item(RequestItems={table: puts})

    def item(self, match_id: str) -> dict[str, Any]:
        """Read a match's item."""
        key: Any = {"match_id": {"S": match_id}}
        return self.tables.get_item(TableName=self.outputs.matches_table, Key=key)["Item"]

    def states_of(self, match_id: str) -> dict[str, float]:
        """Return the seconds that each state of a match's execution took."""
        run = self._executions.read(self._executions.of_match(match_id) or "")
        assert run is not None
        taken: dict[str, float] = defaultdict(float)
        for step in run.steps:
            if step.exited is not None:
                taken[step.name] += (step.exited - step.entered).total_seconds()
        return taken

    def cpu_milliseconds(self) -> Counter[str]:
        """Return the CPU time of the stack's processes so far, by what they are (Linux)."""
        a_tick = 1000 // os.sysconf("SC_CLK_TCK")
        total: Counter[str] = Counter()
        for process, kind in self._processes().items():
            with suppress(OSError):  # the process has ended
                fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
                total[kind] += a_tick * (int(fields[11]) + int(fields[12]))
        return total

    def megabytes(self) -> float:
        """Return the stack's memory: what its processes share counts once (PSS, Linux)."""
        kilobytes = 0
        for process in self._processes():
            with suppress(OSError):
                lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
                kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kilobytes / 1024

    def _processes(self) -> dict[int, str]:
        """Return what each of the stack's processes is."""
        parents: dict[int, int] = {}
        commands: dict[int, str] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            process = int(folder.name)
            with suppress(OSError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                command = (folder / "cmdline").read_bytes().decode(errors="replace")
                commands[process] = command.replace("\0", " ")
                parents[process] = int(fields[1])
        return {
            process: next((kind for part, kind in PROCESSES.items() if part in command), FRONT)
            for process, command in commands.items()
            if self._process_id in _ancestors(process, parents)
        }


def subject_of(token: str) -> str:
    """Return the user id in a token."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims["sub"])


def _id() -> dict[str, str]:
    return {"S": str(uuid.uuid4())}


def _ancestors(process: int, parents: Mapping[int, int]) -> Iterator[int]:
    """Yield a process, its parent, and so on."""
    while process in parents:
        yield process
        process = parents[process]


@contextmanager
def running(state: Path) -> Iterator[Stack]:
    """Run a local stack with the starter portraits."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", UP, str(port), str(state)], cwd=ROOT)
    try:
        origin = f"http://localhost:{port}"
        wait_for_page(origin, process)
        yield Stack(state, origin, process.pid)
    finally:
        process.terminate()
        process.wait(60)
