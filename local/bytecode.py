"""Adds bytecode to what `sam build` has built, so that no function compiles when it starts.

Lambda's folders cannot be written to, so Python would compile every import again in each process.
The bytecode is of the unchecked kind: Python does not compare it with its source, whose time of
change an archive does not keep. A source that is edited later, such as in Lambda's console, has no
effect: build it instead. `sam build` alone leaves the bytecode out, and all works without it.
"""

import subprocess
import sys
from pathlib import Path

from local.environment import environment_of_compiler
from local.errors import LocalError

HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""This Python, as Lambda calls a runtime."""


def add_bytecode(build: Path, runtime: str) -> None:
    """Compile the layer and the functions in the folder of a build, for a runtime of Lambda.

    Raise LocalError for the runtime of another Python, which would ignore the bytecode, and for a
    module that cannot be compiled.
    """
    if runtime != HERE:
        raise LocalError(
            f"the functions are for {runtime}, and bytecode for it cannot be made by {HERE}: "
            f"set up .venv with {runtime}, or deploy with PythonRuntime={HERE}"
        )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
            *("-s", str(build), str(build)),  # the folder's own path is not in the bytecode
        ],
        # The same sources make the same bytes, so an unchanged layer is not deployed again.
        env=environment_of_compiler(),
        cwd=build,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LocalError(f"a module cannot be compiled:\n{done.stdout}{done.stderr}".strip())
