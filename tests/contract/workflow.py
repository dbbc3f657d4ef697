"""The state machine's definition, and the ways through it."""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from local.state import ROOT

PATH = ROOT / "statemachine" / "find_lookalike.asl.yaml"
SUBSTITUTION = re.compile(r"\$\{(\w+)\}")
EXPRESSION = re.compile(r"\{%(.*?)%\}", re.DOTALL)

HERE = "tests/contract/workflow.py"
ASL = "statemachine/find_lookalike.asl.yaml"

MILESTONES = [
    "Claim Upload",
    "Check Face",
    "Search Celebrities",
    "Resolve Matches",
    "Store Matches",
    "Publish Result",
]
"""The tasks that every match passes, in this order. Others may stand between them."""

VERBS = {"Claim", "Discard", "Find", "Publish", "Record", "Search", "Store"}
"""The first words of the names of tasks that call a service. Other tasks are named as functions."""

SIGNS = {
    "Claim Upload": "claim_until >=",
    "Search Celebrities": "FaceMatchThreshold",
    "Store Matches": "celebrities = :celebrities",
    "Publish Result": "Match Succeeded",
    "Find Claim": "ProjectionExpression",
    "Discard Upload": "VersionId",
    "Record Failure": "failure = :failure",
    "Publish Failure": "Match Failed",
}
"""What tells the call of a service in each task from all others."""

State = dict[str, Any]


class Step(NamedTuple):
    """A way from one state to the next, and the variables that are assigned on it."""

    origin: str
    target: str
    assigned: frozenset[str]


@functools.cache
def definition() -> dict[str, Any]:
    """Return the definition as it is written; read only."""
    parsed: dict[str, Any] = yaml.safe_load(PATH.read_text())
    return parsed


def states() -> dict[str, State]:
    """Return the states, by name, in the order of the file."""
    found: dict[str, State] = definition()["States"]
    return found


def tasks() -> dict[str, State]:
    """Return the task states, by name."""
    return {name: state for name, state in states().items() if state["Type"] == "Task"}


def invoked() -> dict[str, str]:
    """Return the function that each task waits for, as the definition names it, by task."""
    return {
        name: state["Arguments"]["FunctionName"]
        for name, state in tasks().items()
        if integration(state) == "lambda:invoke"
    }


def sign(name: str) -> str:
    """Return what tells the call of a task from all others: of a function, its name."""
    if name in invoked():
        return invoked()[name].strip("${}").removesuffix("Arn")
    assert name in SIGNS, f"add to SIGNS in {HERE} what only the call of {name} holds"
    return SIGNS[name]


def happy_path() -> list[str]:
    """Return the states that an execution passes where nothing goes wrong."""
    path: list[str] = [definition()["StartAt"]]
    while not ends(states()[path[-1]]):
        state = states()[path[-1]]
        path.append(state["Next"] if "Next" in state else state["Choices"][0]["Next"])
    return path


def happy_tasks() -> list[str]:
    """Return the tasks of the happy path."""
    return [name for name in happy_path() if name in tasks()]


def seconds_of(name: str) -> float:
    """Return the time limit of a task, in seconds."""
    assert "TimeoutSeconds" in tasks()[name], (
        f"{name} has no TimeoutSeconds: give it a time limit in {ASL}, above its function's Timeout"
    )
    return float(tasks()[name]["TimeoutSeconds"])


def retries_of(name: str) -> list[Any]:
    """Return the Retry of a task."""
    assert tasks()[name].get("Retry"), (
        f"{name} has no Retry: name in {ASL} the errors that pass, as the other tasks do"
    )
    found: list[Any] = tasks()[name]["Retry"]
    return found


def waits_of(name: str) -> float:
    """Return the longest that all retries of a task together may be waited for, in seconds."""
    return sum(sum(longest_waits(retry)) for retry in retries_of(name))


def integration(state: State) -> str:
    """Return what a task calls: `dynamodb:updateItem`, `aws-sdk:s3:deleteObject`."""
    return str(state["Resource"]).removeprefix("arn:aws:states:::")


def steps(machine: Mapping[str, State]) -> list[Step]:
    """Return every way from one state to another, those of errors included."""
    found = []
    for name, state in machine.items():
        ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
        if "Default" in state:
            ways.append({"Next": state["Default"]})
        found += [
            Step(name, way["Next"], frozenset(way.get("Assign", {})))
            for way in ways
            if "Next" in way
        ]
    return found


def ends(state: State) -> bool:
    """Return whether an execution can end in a state."""
    return state["Type"] in {"Succeed", "Fail"} or bool(state.get("End"))


def missing_targets(machine: Mapping[str, State]) -> set[str]:
    """Return the names that a Next or a Default leads to and that no state has."""
    return {step.target for step in steps(machine)} - set(machine)


def reachable(machine: Mapping[str, State], start: str) -> set[str]:
    """Return the states that an execution can reach."""
    found, new = {start}, {start}
    while new:
        new = {step.target for step in steps(machine) if step.origin in new} - found
        found |= new
    return found


def strings(part: Any) -> Iterator[str]:
    """Return every string in a part of the definition, keys excluded."""
    match part:
        case str():
            yield part
        case dict():
            for value in part.values():
                yield from strings(value)
        case list():
            for value in part:
                yield from strings(value)


def expressions(part: Any) -> list[str]:
    """Return every JSONata expression in a part of the definition."""
    return [code.strip() for text in strings(part) for code in EXPRESSION.findall(text)]


def variables(expression: str) -> set[str]:
    """Return the names of the variables that an expression reads, functions excluded."""
    code = re.sub(r"'[^']*'", "", expression)
    return set(re.findall(r"\$([A-Za-z_]\w*)\b(?!\s*\()", code))


def called(expression: str) -> set[str]:
    """Return the names of the functions that an expression calls."""
    code = re.sub(r"'[^']*'", "", expression)
    return set(re.findall(r"\$([A-Za-z_]\w*)\s*\(", code))


def longest_waits(retry: Mapping[str, Any]) -> list[float]:
    """Return the longest that each attempt of a Retry may be waited for, in seconds."""
    return [
        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** attempt, retry["MaxDelaySeconds"])
        for attempt in range(retry["MaxAttempts"])
    ]


def longest(machine: Mapping[str, State], start: str, seconds: Mapping[str, float]) -> float:
    """Return the time of the slowest way from a state to an end, by what each state takes."""
    onward = {step.target for step in steps(machine) if step.origin == start}
    after = max((longest(machine, state, seconds) for state in onward), default=0.0)
    return seconds.get(start, 0.0) + after


def assigned_before(machine: Mapping[str, State], start: str) -> dict[str, set[str]]:
    """Return the variables that are assigned on every way to each state."""
    everything = {name for step in steps(machine) for name in step.assigned}
    known = {name: set() if name == start else set(everything) for name in machine}
    changed = True
    while changed:
        changed = False
        for step in steps(machine):
            less = known[step.target] & (known[step.origin] | step.assigned)
            changed = changed or less != known[step.target]
            known[step.target] = less
    return known
