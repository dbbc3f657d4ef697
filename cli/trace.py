"""`lookalike trace`: one run of the workflow as a tree, state by state."""

import json
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Group
from rich.text import Text
from rich.tree import Tree

from local.deployment import reach
from local.errors import LocalError
from local.executions import Executions, console_link
from local.runs import Attempt, Run, Step
from local.state import StateFolder

LONGEST_LIST = 3
"""Entries of a list that are shown."""
LONGEST_TEXT = 160
"""Characters of a text that are shown."""

MARKS = {
    "caught": ("!", "yellow"),
    "failed": ("✗", "red"),
    "running": ("…", "cyan"),
    "succeeded": ("✓", "green"),
}


def trace(
    match_id: str | None,
    stack: str | None,
    state: StateFolder,
    *,
    failed: bool = False,
    payloads: bool = False,
) -> Group:
    """Draw the run of a match, or without one the last run, or the last that failed.

    Raise LocalError if there is none.
    """
    outputs, _ = reach(stack, state)
    executions = Executions(outputs)
    try:
        run = executions.read(_find(executions, match_id, failed=failed))
    except (BotoCoreError, ClientError) as error:
        raise LocalError(f"cannot read the runs: {error}") from error
    if run is None:
        raise LocalError(
            "its run is not kept any more: AWS keeps one for 90 days, the local stack until it ends"
        )
    link = console_link(run.arn) if stack else None
    return draw(run, link, payloads=payloads)


def _find(executions: Executions, match_id: str | None, *, failed: bool) -> str:
    if match_id is not None:
        found, missing = executions.of_match(match_id), f"no run is about the match {match_id}"
    elif failed:
        found, missing = executions.last_failed(), "no run has failed"
    else:
        found, missing = executions.last(), "nothing has run yet"
    if found is None:
        raise LocalError(missing)
    return found


def draw(run: Run, link: str | None, *, payloads: bool) -> Group:
    """Draw a run as a tree, with the address where AWS's console shows it.

    With `payloads`, show all that its states received, sent, got, set and passed on. Without, show
    what an operator needs first: the tries of a state that was retried or ended in an error, and
    the failure that a state set.
    """
    seconds = f" in {_seconds(run.started, run.stopped)}" if run.stopped else ""
    head = [
        Text.assemble(
            ("Match ", "dim"), run.match_id or "unknown", "  ", (run.outcome, _colour(run))
        ),
        Text.assemble(
            ("Run   ", "dim"), f"{run.name}  {run.status}{seconds}, about USD {run.usd:.5f}"
        ),
        Text.assemble(("Began ", "dim"), f"{run.started:%Y-%m-%d %H:%M:%S %Z}"),
    ]
    if link:
        head.append(Text.assemble(("AWS   ", "dim"), link))
    if payloads:
        tree = Tree(Text("received ", style="dim") + _payload(run.input))
    else:
        tree = Tree("", hide_root=True)
    for step in run.steps:
        _add(tree, run, step, payloads=payloads)
    return Group(*head, tree)


def _add(tree: Tree, run: Run, step: Step, *, payloads: bool) -> None:
    mark, colour = MARKS[step.status]
    after = (step.entered - run.started).total_seconds()
    took = f"took {_seconds(step.entered, step.exited)}" if step.exited else "still running"
    title = Text.assemble((f"{mark} {step.name}", f"bold {colour}"), f"  at +{after:.2f} s, {took}")
    if step.attempts:
        title.append(f", USD {step.usd:.6f}")
    if step.retries:
        title.append(f", {step.retries} {'retry' if step.retries == 1 else 'retries'}", "yellow")
    branch = tree.add(title)
    if payloads or step.retries or step.error:
        for number, attempt in enumerate(step.attempts, 1):
            _add_attempt(branch, attempt, number if step.retries else None, payloads=payloads)
    failure = {name: value for name, value in step.variables.items() if name == "failure" and value}
    if shown := step.variables if payloads else failure:
        branch.add(Text("set ", style="dim") + _payload(shown))
    if payloads and step.output not in ({}, None) and step.output != step.input:
        branch.add(Text("passed on ", style="dim") + _payload(step.output))
    if step.error and not any(attempt.error == step.error for attempt in step.attempts):
        branch.add(_error(step.error, step.cause))


def _add_attempt(branch: Tree, attempt: Attempt, number: int | None, *, payloads: bool) -> None:
    which = f"try {number}: " if number else ""
    took = f"  {_seconds(attempt.started, attempt.ended)}" if attempt.ended else ""
    function = f" {attempt.function.rsplit(':', 1)[-1]}" if attempt.function else ""
    node = branch.add(Text(f"{which}{attempt.service}:{attempt.call}{function}{took}"))
    sent = attempt.parameters
    if attempt.function:
        sent = sent.get("Payload")
    if payloads:
        node.add(Text("sent ", style="dim") + _payload(sent))
    if payloads and attempt.result is not None:
        node.add(Text("got ", style="dim") + _payload(attempt.result))
    if attempt.error:
        node.add(_error(attempt.error, None if attempt.stack_trace else attempt.cause))
    if attempt.stack_trace:
        node.add(Text(attempt.stack_trace.rstrip(), style="red"))


def _error(error: str, cause: str | None) -> Text:
    return Text(f"{error}: {cause}" if cause else error, style="red")


def _payload(value: Any) -> Text:
    return Text(json.dumps(_shortened(value), ensure_ascii=False))


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened(inner) for name, inner in value.items()}
    if isinstance(value, list):
        left = len(value) - LONGEST_LIST
        more = [f"… {left} more"] if left > 0 else []
        return [*map(_shortened, value[:LONGEST_LIST]), *more]
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"{value[:LONGEST_TEXT]}… ({len(value)} characters)"
    return value


def _seconds(start: datetime, end: datetime | None) -> str:
    return f"{(end - start).total_seconds():.3f} s" if end else ""


def _colour(run: Run) -> str:
    if run.status == "SUCCEEDED":
        return "bold green" if run.outcome == "succeeded" else "bold yellow"
    return "bold cyan" if run.status == "RUNNING" else "bold red"
