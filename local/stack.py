"""The local stack: ministack as the AWS, the local Rekognition, and the deployed template."""

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from local.bytecode import HERE, add_bytecode
from local.containers import bridge_address, write_template
from local.deployment import STACK_NAME, Outputs, read_outputs
from local.environment import enter, local_environment, path_with
from local.errors import LocalError
from local.processes import Service
from local.sources import fingerprint
from local.state import BUILDS, ROOT, StateFolder, building, free_port

AWS_PYTHON = ROOT / ".venv-aws" / "bin" / "python"
"""ministack's own environment; `make` sets it up."""

SERVICES = (
    "apigateway",
    "cloudformation",
    "cognito-idp",
    "dynamodb",
    "events",
    "iam",
    "lambda",
    "logs",
    "monitoring",
    "s3",
    "sns",
    "sqs",
    "states",
    "sts",
)
"""The services of ministack that the template and its deployment need."""

SERVED_BY = "local/aws"
"""The emulator's adaptation, which a deployment to it depends on."""

BUILT_FOR = ("PythonRuntime", "Architecture")
"""The parameters that a build depends on."""
DAILY_LIMITS = ("MatchesPerDay", "GuestMatchesPerDay", "DeploymentMatchesPerDay")
"""The parameters that limit how many matches may begin in a day."""


RECOGNISER = "rekognition"
MOST_RESTARTS = 5
RESTART_WINDOW = 60.0
"""Seconds in which a recogniser is started again at most MOST_RESTARTS times."""


class LocalStack:
    """The emulated services, and the project's stack deployed into them."""

    def __init__(
        self,
        state: StateFolder,
        *,
        say: Callable[[str], None],
        lock_descriptor: int,
        codes: int,
        plugin: Path | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare a stack.

        `lock_descriptor` is the file descriptor of the state folder's lock, which the services hold
        as well. `codes` is the file descriptor of the pipe that takes Cognito's codes. `plugin` is
        a Python file that ministack runs first, for the tests. `parameters` replace the template's
        parameters.
        """
        self._state, self._say, self._plugin = state, say, plugin
        self._lock_descriptor, self._codes = lock_descriptor, codes
        self._restarts: list[float] = []
        self._parameters = {
            "PythonRuntime": HERE,
            "Architecture": "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64",
            "HostOnAmplify": "false",  # the front serves the page
            "PicturesOnCloudFront": "false",  # and the pictures
            # All callers have one address, and nothing costs money.
            **dict.fromkeys(DAILY_LIMITS, "0"),
            **(parameters or {}),
        }
        port = free_port()
        self.aws_url = f"http://127.0.0.1:{port}"
        self.bridge = bridge_address()
        """Where containers reach the local AWS, at the same port; None without Docker's bridge."""
        self._bridge_host = f"{self.bridge}:{port}" if self.bridge else ""
        self.rekognition_url = f"http://127.0.0.1:{free_port()}"
        state.prepare()
        self.environment = local_environment(self.aws_url, state.secret())
        self._services: list[Service] = []
        self._sam_runs: subprocess.Popen[str] | None = None
        self.stopped = False
        """Whether the stack was told to end."""

    def start(self) -> Outputs:
        """Start the services, deploy the template if it changed, and return the stack's outputs.

        Afterwards this process's AWS clients talk to the local AWS.
        """
        enter(self.environment)
        if not self._state.deployed.exists():
            self._state.wipe()  # an interrupted first start leaves half a stack
        self._start_services()
        wanted = self._deployment()
        outputs = read_outputs()
        known = self._state.deployed.read_text() if self._state.deployed.exists() else None
        if known is not None and outputs is None:
            # ministack lost the stack: it was ended before it wrote its state.
            self._say("The local AWS was cut off and lost its state: setting it up again.")
            self._stop_services()
            self._state.wipe()
            self._start_services()
        if outputs is None or known != wanted:
            with building():
                self._deploy(self._build())
            outputs = read_outputs()
            self._state.deployed.write_text(wanted)
        if outputs is None:
            raise LocalError("the stack is not there although it was deployed")
        if self.bridge:
            with building():
                self._describe_for_sam(self._build())
        addresses = {"aws_url": self.aws_url, "rekognition_url": self.rekognition_url}
        self._state.running.write_text(json.dumps(addresses))
        return outputs

    def is_outdated(self) -> bool:
        """Return whether the sources differ from what is deployed."""
        return self._deployment() != self._state.deployed.read_text()

    def redeploy(self) -> None:
        """Build and deploy the sources as they are now.

        Raise LocalError if that fails; what runs stays as it is.
        """
        wanted = self._deployment()
        before = read_outputs()
        with building():
            build = self._build()
            if build.name != self._sources():
                shutil.rmtree(build)  # made partly of what was there before, partly of what is now
                raise LocalError("the sources changed while they were built")
            # A deployment that fails may leave parts of the old build and of the new one: until it
            # succeeds, none counts as deployed.
            self._state.deployed.write_text("")
            self._deploy(build)
            if self.bridge:
                self._describe_for_sam(build)
        self._state.deployed.write_text(wanted)
        if read_outputs() != before:
            self._say("The stack's outputs have changed: start it again, for the page to use them.")

    def stop(self) -> None:
        """End every process of the stack, in order."""
        self.stopped = True
        self._end_sam()
        self._state.running.unlink(missing_ok=True)
        self._stop_services()

    def failed_service(self) -> Service | None:
        """Return a service that has ended unasked, if there is one."""
        return next((one for one in self._services if not one.running()), None)

    def restart(self, service: Service) -> bool:
        """Start an ended recogniser again; return False for a service that cannot be started again.

        The recogniser keeps its collections on the disk. The local AWS does not keep the workflow's
        executions, so it can only start again with the whole stack.
        """
        now = time.monotonic()
        self._restarts = [then for then in self._restarts if now - then < RESTART_WINDOW] + [now]
        if service.name != RECOGNISER or len(self._restarts) > MOST_RESTARTS:
            return False
        service.stop()  # its children that are left
        self._services.remove(service)
        self._serve_rekognition().wait_until_ready(self.rekognition_url)
        return True

    def _start_services(self) -> None:
        if not AWS_PYTHON.exists():
            raise LocalError(f"{AWS_PYTHON} is missing; `make run` sets it up")
        self._say("Starting the local AWS and the local Rekognition …")
        # A killed stack leaves a folder of 17 MB for each of its processes.
        _delete(self._state.temporary)
        self._state.temporary.mkdir(parents=True)
        rekognition = self._serve_rekognition()
        aws = self._serve_aws()
        rekognition.wait_until_ready(self.rekognition_url)
        aws.wait_until_ready(f"{self.aws_url}/_ministack/health")

    def _stop_services(self) -> None:
        while self._services:
            self._services.pop().stop()
        _delete(self._state.temporary)

    def _serve_rekognition(self) -> Service:
        command = [
            *(sys.executable, "-m", "rekognition"),
            *("--port", self.rekognition_url.rsplit(":", 1)[1]),
            *("--data", str(self._state.rekognition)),
            *("--s3-endpoint", self.aws_url),
        ]
        return self._serve(RECOGNISER, command, self.environment)

    def _serve_aws(self) -> Service:
        command = [str(AWS_PYTHON), "-m", "local.aws.launch"]
        if self._plugin is not None:
            command += ["--plugin", str(self._plugin)]
        emulator = self._state.emulator
        environment = {
            **{k: v for k, v in self.environment.items() if k != "AWS_ENDPOINT_URL"},
            "AUTH": "true",  # signatures are checked, and the functions' roles enforced
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": self.aws_url.rsplit(":", 1)[1],
            "IOT_MTLS_ENABLED": "0",
            "LAMBDA_WARM_TTL_SECONDS": "60",
            "LOCAL_REKOGNITION_URL": self.rekognition_url,
            "LOG_LEVEL": "WARNING",  # at lower levels, ministack logs what callers send
            "LOOKALIKE_BRIDGE": self._bridge_host,
            "LOOKALIKE_CODES_PIPE": str(self._codes),
            "PERSIST_STATE": "1",
            "SERVICES": ",".join(SERVICES),
            "STATE_DIR": str(emulator / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(emulator / "s3"),
            "TMPDIR": str(self._state.temporary.resolve()),
        }
        return self._serve("aws", command, environment, self._codes)

    def _serve(
        self, name: str, command: list[str], environment: dict[str, str], *pipes: int
    ) -> Service:
        log = self._state.logs / f"{name}.log"
        service = Service(name, command, environment, log, (self._lock_descriptor, *pipes))
        self._services.append(service)
        return service

    def _build(self) -> Path:
        """Build the template, unless it is built; return the folder, named after its sources."""
        sources = self._sources()
        build = BUILDS / sources
        if not (build / "template.yaml").exists():
            self._say("Building the functions (sam build) …")
            shutil.rmtree(BUILDS, ignore_errors=True)  # builds of earlier sources
            # Build beside the final place: the template names its files relative to itself.
            fresh = BUILDS / f"{sources}.new"
            self._sam("build", "--build-dir", str(fresh), *self._overrides())
            add_bytecode(fresh, self._parameters["PythonRuntime"])
            fresh.rename(build)
        return build

    def _overrides(self) -> list[str]:
        given = [f"{name}={value}" for name, value in self._parameters.items()]
        return ["--parameter-overrides", *given]

    def _deploy(self, build: Path) -> None:
        self._say("Deploying the template (sam deploy) …")
        self._sam(
            "deploy",
            *("--template-file", str(build / "template.yaml"), "--stack-name", STACK_NAME),
            *("--config-file", str(ROOT / "samconfig.toml")),
            *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
            *self._overrides(),
            f"Release={fingerprint(self._parameters)}",
        )

    def _describe_for_sam(self, build: Path) -> None:
        write_template(self._state.sam, build, f"http://{self._bridge_host}")

    def _sam(self, *arguments: str) -> None:
        binaries = Path(sys.executable).parent
        if self.stopped:
            raise LocalError("the stack ends")
        # sam looks on PATH for the template's Python; it must find this one, not the shell's.
        self._sam_runs = subprocess.Popen(
            [str(binaries / "sam"), *arguments],
            cwd=ROOT,
            env={**self.environment, "PATH": path_with(binaries)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that it can be ended with all that it starts
        )
        output, _ = self._sam_runs.communicate()
        (self._state.logs / f"sam-{arguments[0]}.log").write_text(output)
        if self._sam_runs.returncode:
            said = "\n".join(output.splitlines()[-20:])
            raise LocalError(f"sam {arguments[0]} failed:\n{said}")

    def _end_sam(self) -> None:
        if self._sam_runs is not None and self._sam_runs.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._sam_runs.pid, signal.SIGKILL)

    def _sources(self) -> str:
        """Return the fingerprint of what a build is made of."""
        return fingerprint({name: self._parameters[name] for name in BUILT_FOR})

    def _deployment(self) -> str:
        """Return the fingerprint of what the deployment depends on."""
        return fingerprint(self._parameters, SERVED_BY)


def _delete(folder: Path) -> None:
    """Delete a folder of many folders, all of them at the same time.

    Each process of a function has a thousand files here. On a busy machine the thread that deletes
    them waits for a processor after every one.
    """
    inside = list(folder.iterdir()) if folder.exists() else []
    with ThreadPoolExecutor(max(1, len(inside))) as pool:
        list(pool.map(lambda one: shutil.rmtree(one, ignore_errors=True), inside))
    shutil.rmtree(folder, ignore_errors=True)
