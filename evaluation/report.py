"""The report of an evaluation: one page with tables, plots and thumbnails of the mistakes.

It shows people's pictures, so it stays on this machine: `.local/` is never committed.
"""

import base64
import io
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageOps

from evaluation.mistakes import Mistake
from evaluation.tables import Table

PLOTS = ("roc", "changes", "steadiness")
_THUMBNAIL = 120
_STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
table { border-collapse: collapse } td, th { padding: .2rem .7rem; text-align: left }
tr:nth-child(even) { background: #8881 } figure { display: inline-block; margin: .5rem }
figcaption { max-width: 15rem; font-size: .8rem } img { max-width: 100% }
"""


def write_report(
    page: Path, tables: Sequence[Table], mistakes: Sequence[Mistake], without_plots: str
) -> None:
    """Write the page; the plots are beside it, or `without_plots` says why there are none."""
    parts = [
        *(_table(table) for table in tables),
        "<h2>Plots</h2>",
        *_plots(without_plots),
        *_mistakes(mistakes),
    ]
    page.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Evaluation</title>"
        f"<style>{_STYLE}</style><h1>Evaluation</h1>{''.join(parts)}</html>\n"
    )


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    title, note = escape(table.title), escape(table.note)
    return f"<h2>{title}</h2><p>{note}</p><table><tr>{head}</tr>{rows}</table>"


def _plots(without_plots: str) -> Iterator[str]:
    if without_plots:
        yield f"<p>{escape(without_plots)}</p>"
        return
    for name in PLOTS:
        yield f'<img src="{name}.svg" alt="{name}">'


def _mistakes(mistakes: Sequence[Mistake]) -> Iterator[str]:
    for kind, members in groupby(mistakes, lambda one: one.kind):
        yield f"<h2>{escape(kind)}</h2>"
        for one in members:
            pictures = "".join(f'<img alt="" src="{thumbnail(path)}">' for path in one.photographs)
            yield f"<figure>{pictures}<figcaption>{escape(one.words)}</figcaption></figure>"


def thumbnail(path: Path) -> str:
    """Return a small picture as a data URL."""
    try:
        with Image.open(path) as image:
            small = ImageOps.exif_transpose(image).convert("RGB")
    except OSError:  # a photograph that is refused as unreadable
        return "data:,"
    small.thumbnail((_THUMBNAIL, _THUMBNAIL))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
