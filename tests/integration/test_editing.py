"""A change of the sources reaches the stack that runs, in a copy of the checkout."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config

from local.environment import REGION
from local.state import BUILDS, ROOT, free_port
from tests.conftest import NewState
from tests.running_stack import STARTING, wait_for

COPIED = (
    *("template.yaml", "samconfig.toml", "customHttp.yml", "requirements.txt", "functions"),
    *("layers", "statemachine", "catalog", "cli", "local", "rekognition", "web"),
)
EDITING = 120.0
"""Seconds that a build and a deployment may take on a machine that runs other tests, too."""


class Checkout:
    """A copy of the sources, and the stack that runs them."""

    def __init__(self, folder: Path, state: Path) -> None:
        self.folder, self.state, self.port = folder / "copy", state, free_port()
        self.folder.mkdir()
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, self.folder / name)
        for name in (".venv", ".venv-aws"):
            (self.folder / name).symlink_to(ROOT / name)
        shutil.copytree(BUILDS, self.folder / BUILDS.relative_to(ROOT))
        self.output = folder / "up.log"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "cli.main", "up", "--port", str(self.port)),
                    *("--state", str(self.state)),
                ],
                cwd=self.folder,
                # Without a contact, the stack fetches no people from Wikimedia.
                env={**os.environ, "PYTHONPATH": str(self.folder), "LOOKALIKE_CONTACT": ""},
                stdout=output,
                stderr=output,
            )
        try:
            self.said("Ready:", STARTING)
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise

    def said(self, words: str, patience: float = EDITING) -> None:
        """Wait until the terminal has said something."""
        wait_for(lambda: words in self.output.read_text(), patience, self.output.read_text)

    def edit(self, path: str, old: str, new: str) -> None:
        """Change a file, as an editor does."""
        file = self.folder / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    def version(self) -> str:
        """Ask the API for its version."""
        answer = requests.get(f"http://localhost:{self.port}/api/status", timeout=30)
        return str(answer.json()["version"])

    def definition(self) -> str:
        """Read the workflow's definition as it is deployed."""
        secret = (self.state / "secret").read_text()
        client: Any = boto3.Session("test", secret, region_name=REGION).client(
            "stepfunctions",
            endpoint_url=self.addresses()["aws_url"],
            config=Config(inject_host_prefix=False),
        )
        [machine] = client.list_state_machines()["stateMachines"]
        described = client.describe_state_machine(stateMachineArn=machine["stateMachineArn"])
        return str(described["definition"])

    def addresses(self) -> dict[str, str]:
        """Return where the services answer."""
        found: dict[str, str] = json.loads((self.state / "running.json").read_text())
        return found


@pytest.fixture(scope="module")
def checkout(new_state: NewState, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    made = Checkout(tmp_path_factory.mktemp("checkout"), new_state())
    yield made
    made.process.send_signal(signal.SIGINT)
    assert made.process.wait(60) == 0


def becomes(look: Callable[[], bool], checkout: Checkout) -> None:
    wait_for(look, EDITING, checkout.output.read_text)


def test_a_change_that_cannot_be_built_leaves_what_runs_and_the_next_is_deployed(
    checkout: Checkout,
) -> None:
    before = checkout.version()

    checkout.edit("template.yaml", "  SelfiesBucket:\n", "  SelfiesBucket: [\n")
    checkout.said("The change is not deployed, the stack runs on without it: sam build failed")
    runs_on = checkout.version()
    checkout.edit("functions/api/app.py", '"version": VERSION', '"version": VERSION + " edited"')
    checkout.edit("layers/lookalike/lookalike/__init__.py", 'VERSION = "', 'VERSION = "edited ')
    checkout.edit("statemachine/find_lookalike.asl.yaml", "Finds the", "Edited. Finds the")
    checkout.edit("template.yaml", "  SelfiesBucket: [\n", "  SelfiesBucket:\n")

    assert runs_on == before
    becomes(lambda: checkout.version() == f"edited {before} edited", checkout)
    becomes(lambda: "Edited." in checkout.definition(), checkout)
    checkout.said("lookalike/__init__.py")
    checkout.said("The change is deployed (")


def test_a_change_of_the_page_is_served_at_once(checkout: Checkout) -> None:
    checkout.edit("web/index.html", "</title>", ", edited</title>")

    page = requests.get(f"http://localhost:{checkout.port}/", timeout=30)

    assert ", edited</title>" in page.text
