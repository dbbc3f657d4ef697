"""`python -m tests.record_runs`: record again the runs in tests/unit/runs, of a stack of its own.

Each file is what DescribeExecution and GetExecutionHistory answered about one run.
"""

import json
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from catalog import starter
from local.state import ROOT, STARTER
from tests.pictures import encode, open_face, scenery, two_faces
from tests.running_stack import FINISHING, Match, RunningStack, wait_for

FOLDER = ROOT / "tests" / "unit" / "runs"


def record(stack: RunningStack) -> None:
    """Bring each run about, and write it down."""
    portraits = [STARTER / portrait.file for portrait in starter.fetch(STARTER)]
    selfie = encode(open_face(portraits[0]))
    rekognition = "rekognition:searchFacesByImage"
    throttled = "Rekognition.ThrottlingException"

    def play(photo: bytes = selfie) -> Callable[[], Match]:
        return lambda: stack.play(photo)

    _write(stack, "succeeded", play())
    _write(stack, "no_face", play(encode(scenery())))
    _write(stack, "several_faces", play(encode(two_faces(open_face(portraits[0])))))
    with stack.fault(rekognition, throttled, times=2):
        _write(stack, "retried", play())
    with stack.fault(rekognition, "States.Timeout"):
        _write(stack, "timed_out", play())
    with stack.fault("lambda:invoke", "TypeError", text="faces"):
        _write(stack, "service_unavailable", play())
    _write(stack, "duplicate", lambda: _play_twice(stack, selfie))


def _play_twice(stack: RunningStack, photo: bytes) -> Match:
    match = stack.play(photo)
    (first,) = wait_for(lambda: stack.executions(match["match_id"]), FINISHING)
    stack.start_again(stack.input_of(first))
    return match


def _write(stack: RunningStack, name: str, play: Callable[[], Match]) -> None:
    match = play()
    arn = wait_for(lambda: stack.executions(match["match_id"]), FINISHING)[0]
    run: Any = stack.stepfunctions.describe_execution(executionArn=arn)
    events = stack.stepfunctions.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    run.pop("ResponseMetadata")
    written = json.dumps({"run": run, "events": events}, default=datetime.isoformat, indent=1)
    (FOLDER / f"{name}.json").write_text(written + "\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as state:
        running = RunningStack(Path(state))
        record(running)
        running.stop()
