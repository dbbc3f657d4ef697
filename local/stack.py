"""The local stack: ministack as the AWS, the local Rekognition, and the template deployed there."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import Path

from local.deployment import STACK_NAME, Outputs, enter, local_environment, read_outputs
from local.errors import LocalError
from local.processes import Service
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
"""What ministack serves: what the template needs, and what deploys it."""

DEPLOYED = ("template.yaml", "samconfig.toml", "functions", "layers", "statemachine", "local/aws")
"""What a deployment depends on; where none of it has changed there is nothing to deploy."""

BUILT_FOR = ("PythonRuntime", "Architecture")
"""The parameters that a build depends on; the others make no other one of it."""
DAILY_LIMITS = ("MatchesPerDay", "GuestMatchesPerDay", "DeploymentMatchesPerDay")
"""The parameters that limit how many matches may be begun in a day."""


RECOGNISER = "rekognition"
MOST_RESTARTS = 5
RESTART_WINDOW = 60.0
"""Seconds in which a recogniser is started again at most so often."""


class LocalStack:
    """The emulated services, and the project's stack deployed into them."""

    def __init__(
        self,
        state: StateFolder,
        *,
        say: Callable[[str], None],
        held: int,
        codes: int,
        plugin: Path | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare a stack.

        `held` is the file descriptor of the state folder's lock, which the services hold as well;
        `codes` that of the pipe on which Cognito's codes are told; `plugin` a Python file that
        ministack runs first, for the tests. `parameters` are the template's, where they are to
        differ from what they are here.
        """
        self._state, self._say, self._plugin = state, say, plugin
        self._held, self._codes = held, codes
        self._restarts: list[float] = []
        self._parameters = {
            "PythonRuntime": f"python{sys.version_info.major}.{sys.version_info.minor}",
            "Architecture": "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64",
            "HostOnAmplify": "false",  # the front serves the page
            # Everyone here has one address, and nothing costs anything.
            **dict.fromkeys(DAILY_LIMITS, "0"),
            **(parameters or {}),
        }
        self.aws_url = f"http://127.0.0.1:{free_port()}"
        self.rekognition_url = f"http://127.0.0.1:{free_port()}"
        state.prepare()
        self.environment = local_environment(self.aws_url, state.secret())
        self._services: list[Service] = []

    def start(self) -> Outputs:
        """Start the services and deploy what is not deployed; return the stack's outputs.

        From here on this process's own AWS clients talk to the local AWS.
        """
        enter(self.environment)
        if not self._state.deployed.exists():
            self._state.wipe()  # a first start that was cut off leaves half a stack
        self._start_services()
        fingerprint = self._fingerprint()
        outputs = read_outputs()
        known = self._state.deployed.read_text() if self._state.deployed.exists() else None
        if known is not None and outputs is None:
            # ministack keeps its state when it ends in order; it did not get to.
            self._say("The local AWS was cut off and lost its state: setting it up again.")
            self.stop()
            self._state.wipe()
            self._start_services()
        if outputs is None or known != fingerprint:
            with building():
                self._deploy(self._build(self._fingerprint(BUILT_FOR)))
            outputs = read_outputs()
            self._state.deployed.write_text(fingerprint)
        if outputs is None:
            raise LocalError("the stack is not there although it was deployed")
        addresses = {"aws_url": self.aws_url, "rekognition_url": self.rekognition_url}
        self._state.running.write_text(json.dumps(addresses))
        return outputs

    def stop(self) -> None:
        """End every process of the stack, in order."""
        self._state.running.unlink(missing_ok=True)
        while self._services:
            self._services.pop().stop()
        shutil.rmtree(self._state.temporary, ignore_errors=True)

    def failed_service(self) -> Service | None:
        """Return a service that has ended on its own, if one has."""
        return next((one for one in self._services if not one.running()), None)

    def restart(self, service: Service) -> bool:
        """Start a recogniser that has ended again; return False for what cannot be started again.

        It keeps its collections on the disk. The local AWS does not keep the workflow's executions,
        so it is started again with the whole stack.
        """
        now = time.monotonic()
        self._restarts = [then for then in self._restarts if now - then < RESTART_WINDOW] + [now]
        if service.name != RECOGNISER or len(self._restarts) > MOST_RESTARTS:
            return False
        service.stop()  # whatever of its group is left
        self._services.remove(service)
        self._serve_rekognition().wait_until_ready(self.rekognition_url)
        return True

    def _start_services(self) -> None:
        if not AWS_PYTHON.exists():
            raise LocalError(f"{AWS_PYTHON} is missing; `make run` sets it up")
        self._say("Starting the local AWS and the local Rekognition …")
        # What a stack that was killed has left: a folder of 17 MB for each of its processes.
        shutil.rmtree(self._state.temporary, ignore_errors=True)
        self._state.temporary.mkdir(parents=True)
        rekognition = self._serve_rekognition()
        aws = self._serve_aws()
        rekognition.wait_until_ready(self.rekognition_url)
        aws.wait_until_ready(f"{self.aws_url}/_ministack/health")

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
            "LOG_LEVEL": "WARNING",  # below it, ministack logs what callers send
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
        service = Service(name, command, environment, log, (self._held, *pipes))
        self._services.append(service)
        return service

    def _build(self, fingerprint: str) -> Path:
        """Build what is to be deployed, unless it is built; return the built template's folder."""
        build = BUILDS / fingerprint
        if not (build / "template.yaml").exists():
            self._say("Building the functions (sam build) …")
            shutil.rmtree(BUILDS, ignore_errors=True)  # those of earlier sources
            # Beside its final place, for the template names its files relative to it.
            fresh = BUILDS / f"{fingerprint}.new"
            self._sam("build", "--build-dir", str(fresh), *self._overrides())
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
        )

    def _sam(self, *arguments: str) -> None:
        binaries = Path(sys.executable).parent
        # sam wants the template's Python on PATH: this one, whatever the shell's is.
        path = f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            [str(binaries / "sam"), *arguments],
            cwd=ROOT,
            env={**self.environment, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        (self._state.logs / f"sam-{arguments[0]}.log").write_text(done.stdout + done.stderr)
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
            raise LocalError(f"sam {arguments[0]} failed:\n{said}")

    def _fingerprint(self, names: Container[str] | None = None) -> str:
        """Return a digest of what is deployed, or built: of all the parameters, or those named."""
        given = [one for one in sorted(self._parameters.items()) if not names or one[0] in names]
        digest = hashlib.sha256(repr(given).encode())
        for path in _files(ROOT / name for name in DEPLOYED):
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from _files(sorted(path.iterdir()))
        elif path.suffix != ".pyc" and not path.name.startswith("."):
            yield path
