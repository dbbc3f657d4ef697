"""The page's scripts, tested in JavaScript: each test of a *.test.js is one of pytest's."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree.ElementTree import Element, parse

import deno
import pytest

from local.state import ROOT

NO_NETWORK = ["--no-remote", "--no-npm", "--no-prompt"]
ENVIRONMENT = {
    "DENO_DIR": str(ROOT / ".local" / "deno"),
    "DENO_NO_UPDATE_CHECK": "1",
    "LC_ALL": "C",  # or the page speaks the developer's language
    "NO_COLOR": "1",
}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not file_path.name.endswith(".test.js"):
        return None
    return Script.from_parent(parent, path=file_path)


class Script(pytest.File):
    """A file of tests, which runs as it is collected: nothing else tells what is in it."""

    def collect(self) -> Iterator[pytest.Item]:
        with TemporaryDirectory() as folder:
            report = Path(folder) / "report.xml"
            done = subprocess.run(
                [
                    *(deno.find_deno_bin(), "test", "--no-check", *NO_NETWORK),
                    *(f"--junit-path={report}", str(self.path)),
                ],
                cwd=ROOT,
                env={**os.environ, **ENVIRONMENT},
                capture_output=True,
                text=True,
                check=False,
            )
            cases = list(parse(report).iter("testcase")) if report.exists() else []
        failed = any(case.find("failure") is not None for case in cases)
        if not cases or failed != (done.returncode != 0):
            raise self.CollectError(done.stdout + done.stderr)
        for case in cases:
            yield ScriptTest.from_parent(self, name=case.attrib["name"], case=case)


class ScriptTest(pytest.Item):
    """One test of a file, which has run."""

    def __init__(self, *, case: Element, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case

    def runtest(self) -> None:
        if self.case.find("skipped") is not None:
            raise AssertionError("skipped, without a reason that could be shown")
        if (failure := self.case.find("failure")) is not None:
            raise AssertionError(failure.text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: object) -> str:
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, int(self.case.attrib["line"]) - 1, self.name
