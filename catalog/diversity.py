"""How diverse a catalog folder is: whom it shows, from where and when, and under which licences."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from rich.table import Table

from catalog.folder import MANIFEST, read_folder, read_rows
from catalog.people import with_ids
from catalog.selection import decade_of

UNKNOWN = "unknown"
_BAR = 24
"""Characters of the longest bar in a table."""

Shares = list[tuple[str, int]]
"""Labels, each with its count."""


@dataclass(frozen=True)
class Diversity:
    """How many there are of each kind. Licences count portraits; all else counts people."""

    people: int
    portraits: int
    kinds: Mapping[str, Shares]


def count_kinds(folder: Path) -> Diversity:
    """Count a catalog folder; raise CatalogError. What the manifest leaves out is `unknown`."""
    entries = [*with_ids({entry.file: entry for entry in read_folder(folder)}).values()]
    portraits = Counter(entry.caption.celebrity_id for entry in entries)
    about = _about(folder / MANIFEST)
    rows = {entry.caption.celebrity_id: about.get(entry.file, {}) for entry in entries}
    people = [*rows.values()]
    born = [row.get("born") or "" for row in people]
    decades = [decade_of(int(year)) if year.isdigit() else UNKNOWN for year in born]
    return Diversity(
        len(portraits),
        len(entries),
        {
            "Gender": _by_size(row.get("gender") or UNKNOWN for row in people),
            "Born": sorted(Counter(decades).items()),
            "Region": _by_size(row.get("region") or UNKNOWN for row in people),
            "Portraits a person": [
                (str(number), people_)
                for number, people_ in sorted(Counter(portraits.values()).items())
            ],
            "Licence": _by_size(entry.caption.attribution.license or UNKNOWN for entry in entries),
        },
    )


def as_table(diversity: Diversity) -> Table:
    """Return the counts as a table for a terminal."""
    table = Table(title=_title(diversity), title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    table.add_column("")
    table.add_column("", justify="right")
    table.add_column("")
    for kind, shares in diversity.kinds.items():
        most = max((count for _, count in shares), default=1)
        for number, (label, count) in enumerate(shares):
            bar = "█" * max(1, round(_BAR * count / most))
            table.add_row("" if number else kind, label, str(count), f"[yellow]{bar}[/]")
        table.add_section()
    return table


def as_svg(diversity: Diversity, title: str) -> str:
    """Return the counts as an SVG, readable on a light and on a dark page."""
    rows: list[str] = []
    y = 78
    for kind, shares in diversity.kinds.items():
        rows.append(f'<text class="kind" x="24" y="{y}">{escape(kind)}</text>')
        most = max((count for _, count in shares), default=1)
        y += 26
        for label, count in shares:
            length = max(2, round(300 * count / most))
            rows.append(f'<text x="24" y="{y}">{escape(label)}</text>')
            rows.append(f'<rect x="276" y="{y - 12}" width="{length}" height="15" rx="3"/>')
            rows.append(f'<text class="count" x="{284 + length}" y="{y}">{count}</text>')
            y += 22
        y += 20
    summary = _title(diversity)
    return _SVG.format(
        height=y - 8, title=escape(title), summary=escape(summary), rows="\n  ".join(rows)
    )


_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="640" height="{height}" \
viewBox="0 0 640 {height}" role="img" aria-label="{title}: {summary}">
  <style>
    .paper {{ fill: #fffaf1; }}
    text {{ font: 14px system-ui, sans-serif; fill: #2b2118; }}
    .title, .kind {{ font-family: Georgia, serif; }}
    .title {{ font-size: 22px; }}
    .kind {{ font-size: 16px; fill: #7a5310; }}
    .count {{ font-variant-numeric: tabular-nums; fill: #6b5d4d; }}
    rect {{ fill: #b98a2f; }}
    @media (prefers-color-scheme: dark) {{
      .paper {{ fill: #17110c; }}
      text {{ fill: #f3e9da; }}
      .kind {{ fill: #e8c16b; }}
      .count {{ fill: #b9aa96; }}
      rect {{ fill: #d9a944; }}
    }}
  </style>
  <rect class="paper" width="640" height="{height}" rx="12"/>
  <text class="title" x="24" y="40">{title}</text>
  <text class="count" x="616" y="40" text-anchor="end">{summary}</text>
  {rows}
</svg>
"""


def _title(diversity: Diversity) -> str:
    return f"{diversity.people} people, {diversity.portraits} portraits"


def _about(manifest: Path) -> dict[str, dict[str, str]]:
    """Return what a manifest says, by file as its entry names it."""
    if not manifest.exists():
        return {}
    return {
        unicodedata.normalize("NFC", Path(row.values["file"]).as_posix()): row.values
        for row in read_rows(manifest)
    }


def _by_size(labels: Iterable[str]) -> Shares:
    return sorted(Counter(labels).items(), key=lambda share: (-share[1], share[0]))
