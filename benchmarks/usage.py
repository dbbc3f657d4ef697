"""What one match uses: measured on a local stack of its own, by a client that plays as the page."""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urljoin

import boto3
import requests

from catalog import starter
from cli.match import Client
from local.deployment import Outputs, read_outputs
from local.state import ROOT, STARTER, free_port
from rekognition.signatures import sign

PATIENCE = 600.0
"""Seconds that building, deploying and indexing may take."""
SECONDS = 2.0
"""How long to wait, once a match has ended, for what is written about it."""


@dataclass(frozen=True)
class Usage:
    """What one match uses, at the middle of several."""

    matches: int
    """How many were played, after the first, which starts the functions."""
    states: list[str]
    """The states that the execution entered."""
    functions: dict[str, dict[str, float]]
    """By function: `invocations`, `milliseconds` of one invocation, and `memory_mb`."""
    recogniser: dict[str, float]
    """Calls by operation."""
    requests: dict[str, float]
    """Requests by service and operation: of tables, buckets, the API and the workflow."""
    item_bytes: int
    """The size of the match's item."""
    pictures: int
    picture_bytes: int
    """What a browser loads to show the result: the selfie, and the best portraits."""
    selfie_bytes: int
    log_bytes: int


def measure(state: Path, matches: int) -> Usage:
    """Start a stack, play matches one after the other, and return what one of them used."""
    port, counts = free_port(), state / "counts"
    state.mkdir(parents=True, exist_ok=True)
    photo = STARTER / starter.fetch(STARTER)[0].file
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.counted_stack", str(port), str(state)],
        cwd=ROOT,
        env={**os.environ, "LOOKALIKE_COUNTS": str(counts)},
    )
    try:
        origin = f"http://localhost:{port}"
        wait_for_page(origin, process)
        stack = Observed(state, origin)
        client = Client.of_page(origin)
        _play(client, origin, photo)
        before = stack.look(counts)
        played = [_play(client, origin, photo) for _ in range(matches)]
        after = stack.look(counts)
    finally:
        process.terminate()
        process.wait(60)
    return Usage(
        matches=matches,
        states=after["states"],
        functions=_functions(before["lines"], after["lines"], after["memory"], matches),
        recogniser=_each(before["recogniser"], after["recogniser"], matches),
        requests=_each(before["requests"], after["requests"], matches),
        item_bytes=after["item_bytes"],
        pictures=round(median(len(sizes) for sizes in played)),
        picture_bytes=round(median(sum(sizes) for sizes in played)),
        selfie_bytes=photo.stat().st_size,
        log_bytes=round((after["log_bytes"] - before["log_bytes"]) / matches),
    )


class Observed:
    """The running stack, and what it says of itself."""

    def __init__(self, state: Path, origin: str) -> None:
        """Make clients for the stack of a state folder."""
        addresses = json.loads((state / "running.json").read_text())
        self._session = boto3.Session(
            "test", (state / "secret").read_text(), region_name="us-east-1"
        )
        self._url, self._recogniser = addresses["aws_url"], addresses["rekognition_url"]
        self._origin = origin
        outputs = read_outputs(client=self._client("cloudformation"))
        assert outputs is not None
        self._outputs: Outputs = outputs

    def look(self, counts: Path) -> dict[str, Any]:
        """Return what has been counted so far, and the last execution's states."""
        time.sleep(SECONDS)
        lines = [json.loads(line) for line in counts.read_text().splitlines()]
        requested: Counter[str] = Counter()
        for line in lines:
            if line["service"] != "function":
                requested[f"{line['service']} {line['operation']}"] += line.get("keys", 1)
        states, item_bytes = self._last_execution()
        return {
            "requests": requested,
            "recogniser": Counter(self._calls()),
            "lines": [line for line in lines if line["service"] == "function"],
            "memory": self._memory(),
            "log_bytes": self._log_bytes(),
            "states": states,
            "item_bytes": item_bytes,
        }

    def _client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self._url)  # type: ignore[call-overload]

    def _memory(self) -> dict[str, int]:
        """Return each function's memory in MB, by its physical name."""
        functions = self._client("lambda").list_functions()["Functions"]
        return {one["FunctionName"]: one["MemorySize"] for one in functions}

    def _log_bytes(self) -> int:
        logs = self._client("logs")
        return sum(
            len(event["message"].encode())
            for group in logs.describe_log_groups()["logGroups"]
            for page in logs.get_paginator("filter_log_events").paginate(
                logGroupName=group["logGroupName"]
            )
            for event in page["events"]
        )

    def _last_execution(self) -> tuple[list[str], int]:
        workflow = self._client("stepfunctions")
        listed = workflow.list_executions(stateMachineArn=self._outputs.find_look_alike_arn)
        newest = max(listed["executions"], key=lambda one: one["startDate"])["executionArn"]
        history = workflow.get_execution_history(executionArn=newest, maxResults=1000)["events"]
        entered = [one.get("stateEnteredEventDetails", {}).get("name") for one in history]
        started = json.loads(workflow.describe_execution(executionArn=newest)["input"])
        key = {"match_id": {"S": started["key"].rpartition("/")[2]}}
        item = self._client("dynamodb").get_item(TableName=self._outputs.matches_table, Key=key)
        values = (value for field in item["Item"].values() for value in field.values())
        size = sum(map(len, item["Item"])) + sum(len(str(value).encode()) for value in values)
        return [name for name in entered if name], size

    def _calls(self) -> dict[str, int]:
        url = f"{self._recogniser}/counters"
        credentials = self._session.get_credentials()
        assert credentials is not None
        headers = sign(url, b"", {}, credentials, "us-east-1")
        calls: dict[str, int] = requests.post(url, headers=headers, timeout=10).json()["calls"]
        return calls


def _play(client: Client, origin: str, photo: Path) -> list[int]:
    """Play one match, and load what the page shows; return the sizes of the pictures, in bytes."""
    match = client.play(photo, "celebrities")
    assert match["status"] == "succeeded", match["status"]
    urls = [match["selfie_url"], *(one["image_url"] for one in match["celebrities"])]
    pictures = [requests.get(urljoin(origin, url), timeout=30) for url in urls]
    return [len(picture.content) for picture in pictures]


def wait_for_page(origin: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a stack answers; raise RuntimeError if its process ends or it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(f"{origin}/config.json", timeout=10).ok:
                return
        except requests.RequestException:
            time.sleep(0.05)
    raise RuntimeError("the local stack did not start")


def _each(before: Counter[str], after: Counter[str], matches: int) -> dict[str, float]:
    return {name: round(count / matches, 2) for name, count in sorted((after - before).items())}


def _functions(
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    memory: dict[str, int],
    matches: int,
) -> dict[str, dict[str, float]]:
    taken: dict[str, list[float]] = {}
    for line in after[len(before) :]:
        taken.setdefault(line["operation"], []).append(line["milliseconds"])
    return {
        re.findall(r"\w+Function", name)[0]: {
            "invocations": round(len(times) / matches, 2),
            "milliseconds": round(median(times), 1),
            "memory_mb": memory[name],
        }
        for name, times in sorted(taken.items())
    }


def write(usage: Usage, path: Path) -> None:
    """Write a usage as JSON."""
    path.write_text(json.dumps(asdict(usage), indent=2) + "\n")


def read(path: Path) -> Usage:
    """Read a usage that `write` wrote."""
    return Usage(**json.loads(path.read_text()))
