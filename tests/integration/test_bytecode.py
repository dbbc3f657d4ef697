"""The functions that run start from the bytecode of their build."""

import json
import os
import subprocess

from local.environment import REGION
from local.stack import AWS_PYTHON
from tests.running_stack import RunningStack

IMPORT = """
import importlib.machinery, json, sys

loader, compiled = importlib.machinery.SourceFileLoader, []
compile_source = loader.source_to_code

def compile_and_note(self, data, path, *more, **named):
    compiled.append(path)
    return compile_source(self, data, path, *more, **named)

loader.source_to_code = compile_and_note
folders = sys.path[:2] = sys.argv[1:]
import app
modules = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
deployed = [path for path in modules if path.startswith(tuple(folders)) and path.endswith(".py")]
print(json.dumps([sorted(deployed), [path for path in compiled if path in deployed]]))
"""
"""Import a function's module from the folders given; print what is imported from them, and what
of it importlib has compiled.
"""


def test_no_function_compiles_anything_when_it_starts(stack: RunningStack) -> None:
    # Each has a process then.
    assert stack.call("GET", "/status").status_code == 200
    detail = {"bucket": {"name": stack.outputs.portraits_bucket}, "object": {"key": "no/one.jpg"}}
    body = json.dumps({"detail-type": "Object Deleted", "detail": detail})
    message = {"messageId": "1", "eventSource": "aws:sqs", "body": body}
    stack.invoke("IndexPortraitFunction", {"Records": [message]})
    # The folders that the emulator has unpacked the deployed archives into.
    started = {
        path.name.split("-")[-3]: path for path in (stack.state / "tmp").glob("ministack-lambda-*")
    }
    functions = stack.functions()

    assert {"ApiFunction", "IndexPortraitFunction"} <= started.keys()
    for name, folder in started.items():
        folders = [str(folder / "code"), str(folder / "layer_0" / "python")]
        done = subprocess.run(
            [str(AWS_PYTHON), "-c", IMPORT, *folders],
            env={**os.environ, "AWS_REGION": REGION, **functions[name]["Environment"]["Variables"]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        imported, compiled = json.loads(done.stdout)
        assert f"{folders[1]}/lookalike/__init__.py" in imported
        assert compiled == [], name
        if name == "ApiFunction":  # one route alone needs this one, and the client that it makes
            assert f"{folders[1]}/lookalike/forgetting.py" not in imported
            assert not any("/pydantic/" in path for path in imported)
