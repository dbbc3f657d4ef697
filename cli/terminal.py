"""What the commands share at a terminal: consoles, the progress bar, and the words for errors."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from catalog.folder import CatalogError
from local.errors import LocalError
from lookalike.errors import LookAlikeError, UnknownPack

console = Console(highlight=False, emoji=False)
errors = Console(highlight=False, emoji=False, stderr=True)


WIDEST = 100_000
"""Columns of an output that is no terminal, where a program reads whole lines."""


def show(drawn: RenderableType) -> None:
    """Print what is drawn. Only a terminal has an edge at which to wrap its lines."""
    if not console.is_terminal:
        console.width = WIDEST
    console.print(drawn)


def waiting(words: str) -> AbstractContextManager[object]:
    """Show on a terminal that something is under way; a pipe or a file gets nothing of it."""
    return console.status(words) if console.is_terminal else nullcontext()


def say(line: str) -> None:
    """Print a line as it is, and leave its wrapping to the terminal."""
    console.print(line, markup=False, soft_wrap=True)


def complain(words: str) -> None:
    """Print why the command, or a part of it, failed."""
    errors.print(f"lookalike: {words}", style="red", markup=False, soft_wrap=True)


def progress(*, transient: bool = False) -> Progress:
    """Return bars that show how much is done, and how long the rest will take."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=transient,
    )


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """Show one bar; yield the function that takes how many are done, and of how many."""
    with progress() as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def words_for_errors() -> Iterator[None]:
    """Raise the errors of the catalog and of the stack's services as LocalError, in words."""
    try:
        yield
    except UnknownPack as error:
        raise LocalError(
            f"there is no pack called {error}; `lookalike catalog list` lists them"
        ) from error
    except (CatalogError, LookAlikeError) as error:
        raise LocalError(str(error) or type(error).__name__) from error
    except (ClientError, BotoCoreError) as error:
        raise LocalError(f"the stack refused a call: {error}") from error
