"""`lookalike event` and `lookalike invoke`: every function, called with every event of its own."""

import importlib.util
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError

from local.containers import write_template
from local.environment import local_environment
from local.state import BUILDS, ROOT, StateFolder
from tests.conftest import NewState
from tests.pictures import encode, open_face
from tests.running_stack import RunningStack

FUNCTIONS = {
    "api": "ApiFunction",
    "check_face": "CheckFaceFunction",
    "count_match": "CountMatchFunction",
    "forget_member": "ForgetMemberFunction",
    "index_portrait": "IndexPortraitFunction",
    "measure_pack": "MeasurePackFunction",
    "resolve_matches": "ResolveMatchesFunction",
}
"""The function whose event a file is, by how the file's name begins."""
WORKFLOW = "find_lookalike_selfie_uploaded"
EVENTS = sorted(path.stem for path in (ROOT / "events").glob("*.json"))


@pytest.fixture(scope="module")
def own(new_state: NewState) -> Iterator[RunningStack]:
    """A stack whose matches, portraits and accounts the events may delete."""
    running = RunningStack(new_state())
    yield running
    running.stop()


def run(stack: RunningStack, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments, "--state", str(stack.state)],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def made(stack: RunningStack, name: str, selfie: Path) -> str:
    """Make an event; play the matches that it names before."""
    photo = encode(open_face(selfie))
    text = (ROOT / "events" / f"{name}.json").read_text()
    if "c001" in text:
        assert stack.play(photo, stack.sign_up())["status"] == "succeeded"
    if "a001" in text or ("b001" in text and "c001" not in text):
        assert stack.play(photo)["status"] == "succeeded"
    done = run(stack, "event", name)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", [name for name in EVENTS if name != WORKFLOW])
def test_a_function_takes_each_of_its_events(own: RunningStack, name: str, selfie: Path) -> None:
    [function] = [one for start, one in FUNCTIONS.items() if name.startswith(start)]

    done = run(own, "invoke", function, given=made(own, name, selfie))

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer is None or answer.get("statusCode", 200) in {200, 201, 204}, answer
    assert answer is None or answer.get("failure") is None
    assert not (answer or {}).get("batchItemFailures"), done.stderr


def test_the_workflow_takes_its_event_and_refuses_what_was_claimed(
    own: RunningStack, selfie: Path
) -> None:
    event: dict[str, Any] = json.loads(made(own, WORKFLOW, selfie))

    detail = event["detail"]
    upload = {
        "bucket": detail["bucket"]["name"],
        "key": detail["object"]["key"],
        "version": detail["object"]["version-id"],
    }
    execution = own.start_again(json.dumps(upload))

    assert own.history(execution)[0] == "Claim Upload"


def test_a_function_that_raises_fails_the_command_and_shows_its_trace(
    own: RunningStack, tmp_path: Path
) -> None:
    (tmp_path / "event.json").write_text('{"bucket": "nowhere"}')

    done = run(own, "invoke", "CheckFaceFunction", "-e", str(tmp_path / "event.json"))

    assert done.returncode == 1
    assert json.loads(done.stdout)["errorType"] == "TypeError"
    assert "app.py" in done.stderr
    logged = run(own, "logs", "CheckFaceFunction")
    assert "TypeError: StoredPicture" in logged.stdout
    assert "took" in logged.stdout


def test_the_debugger_stops_in_the_handler_and_the_answer_is_shown(
    own: RunningStack, selfie: Path, tmp_path: Path
) -> None:
    (tmp_path / "event.json").write_text(made(own, "check_face", selfie))
    command = ("debug", "CheckFaceFunction", "-e", str(tmp_path / "event.json"))

    done = run(own, *command, given="p sorted(event)\nwhere\ncontinue\n")

    assert done.returncode == 0, done.stderr
    assert "['bucket', 'key', 'version']" in done.stdout
    assert "functions/check_face/app.py" in done.stdout
    assert "breakpoint" not in done.stdout.lower()
    assert '"failure": null' in done.stdout


def test_the_debugger_stops_where_a_function_raises(own: RunningStack, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text('{"bucket": "nowhere"}')
    command = ("debug", "CheckFaceFunction", "-e", str(tmp_path / "event.json"))

    done = run(own, *command, given="continue\np event\nquit\n")

    assert done.returncode == 1
    assert "TypeError: StoredPicture" in done.stderr
    assert "{'bucket': 'nowhere'}" in done.stdout


# In a container, or in a process that has as little


@pytest.fixture(scope="module")
def for_sam(own: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What sam is given; it leads to the stack's own address, as no container is here."""
    folder = tmp_path_factory.mktemp("for") / "sam"
    secret = (own.state / "secret").read_text()
    build = max(BUILDS.glob("*/template.yaml"), key=lambda path: path.stat().st_mtime).parent
    with pytest.MonkeyPatch.context() as patch:
        for name, value in local_environment(own.addresses["aws_url"], secret).items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        write_template(folder, build, own.addresses["aws_url"])
    return folder


@pytest.fixture(scope="module")
def boto3_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what Lambda's runtime has: boto3, and what boto3 needs."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"):
        origin = importlib.util.find_spec(name)
        assert origin is not None
        assert origin.origin is not None
        path = Path(origin.origin)
        whole = path.parent if path.name == "__init__.py" else path
        (folder / whole.name).symlink_to(whole)
    return folder


ALONE = """
import json, sys
sys.path[:0] = sys.argv[1:]
import app

class Context:
    function_name = "alone"
    memory_limit_in_mb = 128
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:alone"
    aws_request_id = "0"

    def get_remaining_time_in_millis(self):
        return 60_000

json.dump(app.handler(json.load(sys.stdin), Context()), open("answer.json", "w"))
"""


@pytest.mark.parametrize(
    "name",
    [
        *("api_read_match", "check_face", "resolve_matches", "count_match_succeeded"),
        *("forget_member", "index_portrait_created", "measure_pack"),
    ],
)
def test_a_function_needs_nothing_but_its_own_its_layers_and_boto3(
    own: RunningStack, for_sam: Path, boto3_alone: Path, name: str, selfie: Path, tmp_path: Path
) -> None:
    [function] = [one for start, one in FUNCTIONS.items() if name.startswith(start)]
    resources = yaml.safe_load((for_sam / "template.yaml").read_text())["Resources"]
    properties = resources[function]["Properties"]
    layer = Path(resources["LookAlikeLayer"]["Properties"]["ContentUri"]) / "python"

    done = subprocess.run(
        # Neither the checkout nor this environment's packages: no site, no current folder.
        [sys.executable, "-I", "-S", "-c", ALONE, properties["CodeUri"], layer, boto3_alone],
        cwd=tmp_path,
        env=properties["Environment"]["Variables"],
        input=made(own, name, selfie),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    answer = json.loads((tmp_path / "answer.json").read_text())
    assert answer is None or answer.get("statusCode", 200) == 200, answer


def test_sam_gets_every_function_as_it_is_deployed_with_no_more_rights(for_sam: Path) -> None:
    resources = yaml.safe_load((for_sam / "template.yaml").read_text())["Resources"]
    variables = json.loads((for_sam / "variables.json").read_text())
    assert set(resources) == {*FUNCTIONS.values(), "LookAlikeLayer"}
    for name, given in variables.items():
        properties = resources[name]["Properties"]
        assert properties["Environment"]["Variables"] == given
        assert (Path(properties["CodeUri"]) / "app.py").exists()
        url = given["AWS_ENDPOINT_URL"]
        session = boto3.Session(
            given["AWS_ACCESS_KEY_ID"],
            given["AWS_SECRET_ACCESS_KEY"],
            given["AWS_SESSION_TOKEN"],
            given["AWS_REGION"],
        )
        identity = session.client("sts", endpoint_url=url).get_caller_identity()["Arn"]
        assert f"{name}Role" in identity
        with pytest.raises(ClientError, match="not authorized"):
            session.client("cloudformation", endpoint_url=url).list_stacks()
    assert for_sam.stat().st_mode & 0o077 == 0


def test_sam_is_told_where_the_template_and_the_variables_are() -> None:
    told = tomllib.loads((ROOT / "samconfig.toml").read_text())["default"]["local_invoke"]

    folder = StateFolder(Path(".local")).sam
    assert told["parameters"] == {
        "template_file": str(folder / "template.yaml"),
        "env_vars": str(folder / "variables.json"),
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("invoke", "CheckFace", "-e", "events/api_read_status.json"), "ApiFunction, CheckFace"),
        (("invoke", "CheckFaceFunction", "-e", "none.json"), "none.json: No such file"),
        (("invoke", "CheckFaceFunction", "-e", "Makefile"), "Makefile is no JSON"),
        (("event", "nothing"), "api_adopt_match, "),
        (("logs", "CheckFace"), "ApiFunction, CheckFace"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(
    own: RunningStack, arguments: tuple[str, ...], words: str
) -> None:
    done = run(own, *arguments)

    assert done.returncode == 1
    assert words in done.stderr
