"""`lookalike deploy`: from a checkout to a page that people play on."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from catalog import starter
from catalog.folder import Entry
from catalog.importing import PackImporter
from catalog.reindexing import renew_records
from catalog.removed import Removed
from cli import examiners, publish
from cli.catalog import open_catalog, read_catalog, show_report
from cli.match import Client, Match
from cli.readiness import check_account, check_quotas, check_stack
from cli.terminal import console, progress_bar, say, words_for_errors
from local.bytecode import HERE, add_bytecode
from local.deployment import Outputs, read_outputs
from local.environment import environment_of_sam, named_region
from local.errors import LocalError
from local.sources import fingerprint
from local.state import ROOT, STARTER, StateFolder, building
from lookalike.packs import DEFAULT_PACK

CONFIGURATION = ROOT / "samconfig.toml"
BUILDS = ROOT / ".aws-sam"
PEOPLE = 5
"""How many celebrities a match names, where the pack has as many."""
STEPS = (
    "check the account",
    "build",
    "deploy the stack",
    "publish the page",
    "fill the catalog",
    "play a photograph",
)


@dataclass(frozen=True)
class Deployment:
    """What is to be deployed, and how."""

    stage: str
    guided: bool = False
    catalog: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the template that take the place of those in samconfig.toml."""

    @property
    def stack(self) -> str:
        """The stack's name."""
        return stack_of(self.stage)

    @property
    def parameters(self) -> dict[str, str]:
        """The template's parameters that differ from their defaults."""
        listed = _table(self.stage)["deploy"]["parameters"]["parameter_overrides"]
        written = dict(one.split("=", 1) for one in listed)
        # `sam build` needs the functions' Python here, to fetch what they import.
        return {**written, "PythonRuntime": HERE, **self.settings}


def stack_of(stage: str) -> str:
    """Return the name of a stage's stack, as samconfig.toml has it."""
    return str(_table(stage)["global"]["parameters"]["stack_name"])


def build(deployment: Deployment) -> Path:
    """Build the functions, with their bytecode; return the built template."""
    folder = BUILDS / deployment.stack
    overrides = ["--parameter-overrides", *_pairs(deployment.parameters)]
    _sam("build", "--config-env", deployment.stage, "--build-dir", str(folder), *overrides)
    add_bytecode(folder, deployment.parameters["PythonRuntime"])
    return folder / "template.yaml"


def deploy(deployment: Deployment, state: StateFolder) -> int:
    """Deploy, publish, fill and try; raise LocalError that names the step that failed.

    Every step leaves alone what is as it should be, so a run after a failed one goes on from there.
    """
    stack = deployment.stack
    with _step(0):
        check_account(say)
        check_stack(stack, say)
        check_quotas(say)
    with building():  # sam deploys what it has built, so nothing else may build between the two
        with _step(1):
            template = build(deployment)
        with _step(2):
            outputs = _deploy_stack(deployment, template)
    with _step(3):
        if outputs.web_app_id is None:
            say(f"Not hosted here: lookalike deploy-web --stack {stack} --to FOLDER writes it.")
        else:
            publish.publish(outputs, say)
    with _step(4):
        photograph = _fill(outputs, deployment.catalog, state)
    with _step(5):
        _play(stack, outputs, photograph, state)
    say(f"Deployed: {outputs.web_url or outputs.api_url}")
    return 0


def _deploy_stack(deployment: Deployment, template: Path) -> Outputs:
    _sam(
        "deploy",
        *("--config-env", deployment.stage, "--config-file", str(CONFIGURATION)),
        *("--template-file", str(template), "--stack-name", deployment.stack),
        *("--s3-prefix", deployment.stack, "--region", str(named_region())),
        *(["--guided"] if deployment.guided else []),
        *("--parameter-overrides", *_pairs(deployment.parameters)),
        f"Release={fingerprint(deployment.parameters)}",
    )
    outputs = read_outputs(deployment.stack)
    if outputs is None:
        raise LocalError(f"the stack {deployment.stack} is not usable although sam deployed it")
    return outputs


def _fill(outputs: Outputs, folder: Path | None, state: StateFolder) -> Path | None:
    """Fill the celebrities pack; return a portrait of it that can be played.

    With a folder the pack becomes equal to it. Without one, an empty pack gets the starter's.
    """
    catalog = open_catalog(outputs)
    renew_records(catalog)
    if folder is None:
        starter.fetch(STARTER, say=say)
    entries = read_catalog(folder or STARTER)
    if folder is not None or not any(catalog.portraits.of_pack(DEFAULT_PACK)):
        _import(outputs, entries, state)
    else:
        say("The celebrities pack holds portraits already, and is left as it is.")
    if not catalog.wait_until_measured(DEFAULT_PACK):
        say("Warning: the pack is not measured yet: resemblance will change for a while.")
    return next((entry.path for entry in entries), None)


def _import(outputs: Outputs, entries: list[Entry], state: StateFolder) -> None:
    with words_for_errors(), progress_bar("Indexing portraits") as show:
        removed = Removed.read(state.removed)
        importer = PackImporter(
            open_catalog(outputs), DEFAULT_PACK, examiners.of_engine(), removed, show
        )
        report = importer.make_equal(entries)
    show_report(report, DEFAULT_PACK)


def _play(stack: str, outputs: Outputs, photograph: Path | None, state: StateFolder) -> None:
    """Play a photograph and delete it again; raise LocalError if no celebrity is found."""
    if photograph is None or not outputs.allow_guests:
        say("Warning: no photograph is played: there is none, or AllowGuests is false.")
        return
    client = Client.of_stack(stack, state)
    match = client.play(photograph, DEFAULT_PACK)
    client.delete(match["match_id"])
    if match["failure"]:
        raise LocalError(f"{photograph.name} was refused: {match['failure']['message']}")
    if not match["celebrities"]:
        raise LocalError(f"no celebrity was found for {photograph.name}: {match['status']}")
    catalog = open_catalog(outputs)
    people = {portrait.celebrity_id for portrait in catalog.portraits.of_pack(DEFAULT_PACK)}
    for line in doubts(match, len(people)):
        console.print(line, style="bold red", markup=False, soft_wrap=True)
    say(f"{photograph.name} resembles {match['celebrities'][0]['name']} most; it is deleted again.")


def doubts(match: Match, people: int) -> list[str]:
    """Say what a match shows of the recogniser that the product does not expect of it.

    `people` is how many the pack has. Amazon does not say whether a search returns faces below a
    similarity of 80; where it does not, most photographs get fewer than five people.
    """
    found, expected = len(match["celebrities"]), min(PEOPLE, people)
    if match["method"] != "faces":
        return [
            "WARNING: the recogniser found no face that is similar enough, so this match is by "
            "landmarks alone. Most matches here will be."
        ]
    if found < expected:
        return [
            f"WARNING: the recogniser returned {found} of {expected} people: it seems to leave out "
            "those of low similarity. Where it finds no person, a match is by landmarks alone."
        ]
    return []


@contextmanager
def _step(number: int) -> Iterator[None]:
    name = STEPS[number]
    console.print(f"{number + 1}/{len(STEPS)} {name}", style="bold", markup=False)
    try:
        yield
    except (LocalError, starter.StarterError, ClientError, BotoCoreError, WaiterError) as error:
        raise LocalError(
            f"step {number + 1}, {name}, failed: {error}\n"
            "Once that is mended, the same command goes on from there."
        ) from error


def _sam(*arguments: str) -> None:
    binaries = Path(sys.executable).parent
    done = subprocess.run(
        [str(binaries / "sam"), *arguments],
        cwd=ROOT,
        env=environment_of_sam(binaries),
        check=False,
    )
    if done.returncode:
        raise LocalError(f"sam {arguments[0]} ended with {done.returncode}; it says why above")


def _pairs(parameters: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in parameters.items()]


def _table(stage: str) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(CONFIGURATION.read_text())[stage]
    return table
