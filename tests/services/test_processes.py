import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local import processes
from local.errors import LocalError
from local.processes import Service
from local.state import free_port

SERVE = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(self.path[1:]))
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
SLEEP = "import time; time.sleep(60)"
UNTIL_PARENT_IS_GONE = "import sys; sys.stdin.read()"
STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True)\n" + SLEEP
)
PARENT = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {SLEEP!r}])
print(child.pid, flush=True)
time.sleep(60)
"""

Run = Callable[..., Service]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Start Python code as a service, and end it after the test."""
    started: list[Service] = []

    def start(code: str, *arguments: str, environment: dict[str, str] | None = None) -> Service:
        command = [sys.executable, "-I", "-S", "-c", code, *arguments]
        started.append(
            Service("sample", command, environment or dict(os.environ), tmp_path / "sample.log")
        )
        return started[-1]

    yield start
    for service in started:
        service.stop()


def eventually(found: Callable[[], bool]) -> bool:
    """Wait up to ten seconds for what is going to be true."""
    deadline = time.monotonic() + 10
    while not found() and time.monotonic() < deadline:
        time.sleep(0.01)
    return found()


def alive(pid: int) -> bool:
    """Return whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


@pytest.mark.parametrize("status", [200, 404, 503])
def test_service_is_ready_when_it_answers_anything(run: Run, status: int) -> None:
    port = free_port()
    service = run(SERVE, str(port))

    service.wait_until_ready(f"http://127.0.0.1:{port}/{status}")

    assert service.running()


def test_service_that_ends_at_once_is_an_error_with_its_last_words(run: Run) -> None:
    service = run("import sys; sys.exit('the disk is on fire')")

    with pytest.raises(LocalError, match=r"(?s)sample ended at once.*the disk is on fire"):
        service.wait_until_ready(f"http://127.0.0.1:{free_port()}/")


def test_service_that_does_not_answer_is_an_error(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 0.1)

    with pytest.raises(LocalError, match="sample does not answer"):
        run(SLEEP).wait_until_ready(f"http://127.0.0.1:{free_port()}/")


def test_service_that_is_stopped_has_ended(run: Run) -> None:
    service = run(SLEEP)
    before = service.running()

    service.stop()

    assert before
    assert not service.running()


def test_service_that_has_ended_on_its_own_is_stopped(run: Run) -> None:
    service = run("")
    assert eventually(lambda: not service.running())

    service.stop()

    assert not service.running()


def test_service_is_stopped_twice(run: Run) -> None:
    service = run(SLEEP)

    service.stop()
    service.stop()

    assert not service.running()


def test_service_that_will_not_end_is_killed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ENDING", 0.1)
    service = run(STUBBORN)
    assert eventually(lambda: service.log.read_text() == "up\n")

    service.stop()

    assert not service.running()


@linux
def test_what_a_service_started_ends_with_it(run: Run) -> None:
    service = run(PARENT)
    assert eventually(lambda: service.log.read_text().endswith("\n"))
    child = int(service.log.read_text())
    before = alive(child)

    service.stop()

    assert before
    assert eventually(lambda: not alive(child))


def test_service_learns_that_its_parent_is_gone_from_its_standard_input(run: Run) -> None:
    service = run(UNTIL_PARENT_IS_GONE)
    before = service.running()
    assert service._process.stdin is not None

    service._process.stdin.close()

    assert before
    assert eventually(lambda: not service.running())


def test_service_has_a_process_group_of_its_own(run: Run) -> None:
    service = run(SLEEP)

    assert os.getpgid(service.pid) == service.pid != os.getpgid(0)


def test_service_gets_the_environment_it_is_given(run: Run) -> None:
    service = run("import os; print(os.environ['COLOUR'])", environment={"COLOUR": "green"})

    assert eventually(lambda: service.log.read_text() == "green\n")


def test_log_of_a_service_is_carried_on(run: Run) -> None:
    first = run("print('one')")
    assert eventually(lambda: not first.running())

    second = run("print('two')")

    assert eventually(lambda: second.log.read_text() == "one\ntwo\n")
