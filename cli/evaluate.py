"""`lookalike evaluate`: measures the answers on a folder of photographs, and reports."""

import json
from pathlib import Path

from rich.table import Table as TerminalTable

from cli.terminal import console, progress_bar, say
from evaluation import environments
from evaluation.environments import Unavailable
from evaluation.report import write_report
from evaluation.run import evaluate as measure
from evaluation.sample import FULL, QUICK, EvaluationError
from evaluation.tables import Table, tables
from local.errors import LocalError
from local.state import StateFolder


def evaluate(folder: Path, data: Path | None, state: StateFolder, *, quick: bool) -> int:
    """Measure, print the tables, and write the data and the report."""
    reports = state.path / "evaluation"
    reports.mkdir(parents=True, exist_ok=True)
    written = data or reports / "quality-data.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    try:
        measured = measure(folder, QUICK if quick else FULL, _described_by_dlib, progress_bar)
    except EvaluationError as error:
        raise LocalError(str(error)) from error
    written.write_text(json.dumps(measured.data, indent=1) + "\n")
    found = tables(measured.data)
    for table in found:
        _print(table)
    page = reports / "index.html"
    write_report(page, found, measured.mistakes, _without_plots(written, reports))
    say(f"The data is in {written}, the report in {page}.")
    return 0


def _described_by_dlib(faces: str) -> str:
    return environments.run("dlib", "evaluation.dlib", given=faces, say=say)


def _without_plots(data: Path, folder: Path) -> str:
    """Draw the plots into a folder; return why there are none, or nothing."""
    try:
        environments.run(
            *("plots", "evaluation.plots", str(data.resolve()), str(folder.resolve())), say=say
        )
    except Unavailable as error:
        return f"There are no plots: {error}"
    return ""


def _print(table: Table) -> None:
    console.print(f"\n[bold]{table.title}[/bold]")
    if table.note:
        say(table.note)
    if table.rows:
        drawn = TerminalTable(*table.columns)
        for row in table.rows:
            drawn.add_row(*row)
        console.print(drawn)
