"""`python -m benchmarks.cost [--measure]`: docs/cost.md, from what a match uses, and prices.

`--measure` plays matches on a local stack of its own first, and writes benchmarks/usage.json.
"""

import argparse
import math
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml

from benchmarks import usage as measured
from benchmarks.usage import Usage
from local.state import ROOT
from lookalike.failures import FailureCode
from lookalike.ranking import MOST_CELEBRITIES, SEARCHED_FACES

HERE = Path(__file__).parent
USAGE, PRICES = HERE / "usage.json", HERE / "prices.toml"
TEXT = HERE / "cost_page.txt"
PAGE = ROOT / "docs" / "cost.md"

VOLUMES = (100, 10_000, 1_000_000)
"""Matches a month."""
WHITE_PAPER = 125
"""USD a month, as the white paper that this product follows gives it."""
PORTRAIT_UNITS = 0.5
"""Read request units of one portrait, whose record has less than 4 KB. It may be a second old."""
COLLECTION_FACES = 246
"""The celebrities pack: the six starter portraits, and 240 fetched ones."""
FACES_FOUND = min(COLLECTION_FACES, SEARCHED_FACES)
"""How many faces a search returns. Each is a portrait to be read."""
PORTRAIT_READS = (FACES_FOUND + MOST_CELEBRITIES) * PORTRAIT_UNITS
"""Read request units of the portraits that a search finds, and of those that the result shows."""
METRICS = len(FailureCode) + 1 + 5
"""MatchEnded has one for each failure's code and one for success; five others have one each."""
WRITES = {"PutItem": 1, "UpdateItem": 1, "DeleteItem": 1, "TransactWriteItems": 2}
"""How often a write counts: a transaction writes twice."""
READS = {"GetItem": 1, "Query": 1, "Scan": 1}
GIGABYTE = 1e9


@dataclass(frozen=True)
class Price:
    """A list price in USD."""

    usd: float
    unit: str
    source: str


@dataclass(frozen=True)
class Line:
    """So much of something, at a price."""

    what: str
    amount: float
    price: Price
    note: str = ""

    @property
    def usd(self) -> float:
        """What it costs."""
        return self.amount * self.price.usd


def read_prices() -> tuple[str, dict[str, Price]]:
    """Return the date of the price table, and the prices by name."""
    table = tomllib.loads(PRICES.read_text())
    as_of = table.pop("as_of")
    return as_of, {name: Price(**row) for name, row in table.items()}


def of_a_match(usage: Usage, prices: dict[str, Price]) -> list[Line]:
    """Return what one match uses, line by line; the dearest first."""
    lines = [
        *_recogniser(usage, prices),
        # AWS counts the step from the start to the first state, and every state.
        Line("transitions", 1 + len(usage.states), prices["transition"], ", ".join(usage.states)),
        *_functions(usage, prices),
        *_tables(usage, prices),
        Line("API requests", _sum(usage, "api"), prices["api_request"], "polls among them"),
        Line("events", 2, prices["event"], "of the upload, and of the end"),
        Line("bucket writes", _sum(usage, "s3", "POST", "PUT"), prices["bucket_write"], "selfie"),
        Line(
            "bucket reads",
            _sum(usage, "s3", "GET", "HEAD"),
            prices["bucket_read"],
            "by functions, the recogniser and the browser",
        ),
        Line(
            "pictures shown",
            usage.picture_bytes / GIGABYTE,
            prices["egress_gb"],
            f"{usage.pictures} pictures, {usage.picture_bytes / 1000:.0f} KB",
        ),
        Line(
            "selfie, kept for a month",
            usage.selfie_bytes / GIGABYTE,
            prices["bucket_gb_month"],
            f"{usage.selfie_bytes / 1000:.0f} KB",
        ),
        Line(
            "logs",
            usage.log_bytes / GIGABYTE,
            prices["log_gb"],
            f"{usage.log_bytes / 1000:.1f} KB",
        ),
        Line("traces", 1, prices["trace"], "of the workflow; polls make none"),
    ]
    return sorted(lines, key=lambda line: -line.usd)


def _recogniser(usage: Usage, prices: dict[str, Price]) -> Iterable[Line]:
    for operation, calls in usage.recogniser.items():
        if operation in {"DetectFaces", "SearchFacesByImage"}:
            yield Line(operation, calls, prices["rekognition_image"])


def _functions(usage: Usage, prices: dict[str, Price]) -> Iterable[Line]:
    invocations = sum(one["invocations"] for one in usage.functions.values())
    seconds = sum(
        one["invocations"] * one["milliseconds"] / 1000 * one["memory_mb"] / 1024
        for one in usage.functions.values()
    )
    note = ", ".join(
        f"{name.removesuffix('Function')} {one['invocations']:g} of {one['milliseconds']:.0f} ms"
        for name, one in usage.functions.items()
    )
    yield Line("function invocations", invocations, prices["lambda_request"])
    yield Line("function GB-seconds", seconds, prices["lambda_gb_second"], note)


def _tables(usage: Usage, prices: dict[str, Price]) -> Iterable[Line]:
    writes = sum(
        factor * usage.requests.get(f"dynamodb {operation}", 0)
        for operation, factor in WRITES.items()
    ) + usage.requests.get("workflow dynamodb:updateItem", 0)
    reads = sum(usage.requests.get(f"dynamodb {operation}", 0) for operation in READS)
    units = 2 * math.ceil(usage.item_bytes / 1024)
    size = f"{usage.item_bytes} bytes, in the table and its index"
    note = f"{writes:g} writes, each reckoned as large as the finished item ({size})"
    yield Line("table writes", writes * units, prices["table_write"], note)
    note = (
        f"{reads:g} single reads, the portraits of {FACES_FOUND} faces, and again those of the "
        f"{MOST_CELEBRITIES} that are shown"
    )
    yield Line("table reads", reads + PORTRAIT_READS, prices["table_read"], note)


def _sum(usage: Usage, service: str, *operations: str) -> float:
    return sum(
        count
        for name, count in usage.requests.items()
        if name.split()[0] == service and (not operations or name.split()[1] in operations)
    )


def of_a_month(prices: dict[str, Price]) -> list[Line]:
    """Return what a deployment costs in a month without a match."""
    kinds = [one["Type"] for one in _resources()]
    return [
        Line("metrics of our own", METRICS, prices["metric_month"], "once each has been counted"),
        Line("dashboard", kinds.count("AWS::CloudWatch::Dashboard"), prices["dashboard_month"]),
        Line("alarms", kinds.count("AWS::CloudWatch::Alarm"), prices["alarm_month"]),
        Line("faces in the collection", COLLECTION_FACES, prices["rekognition_face"]),
    ]


class _Template(yaml.SafeLoader):
    """Reads a template, and passes over what its functions say."""


_Template.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


def _resources() -> list[dict[str, str]]:
    template = yaml.load((ROOT / "template.yaml").read_text(), _Template)  # noqa: S506 - it is safe
    return list(template["Resources"].values())


def total(lines: Iterable[Line]) -> float:
    """Return what all the lines cost."""
    return sum(line.usd for line in lines)


def page(usage: Usage) -> str:
    """Write docs/cost.md."""
    as_of, prices = read_prices()
    match, month = of_a_match(usage, prices), of_a_month(prices)
    volumes = "\n".join(
        f"| {volume:,} | {volume * total(match):,.2f} | {total(month):,.2f} "
        f"| {volume * total(match) + total(month):,.2f} |"
        for volume in VOLUMES
    )
    used = "\n".join(
        f"| `{name}` | {price.usd:.10f}".rstrip("0").rstrip(".")
        + f" | {price.unit} | <{price.source}> |"
        for name, price in prices.items()
    )
    return Template(TEXT.read_text()).substitute(
        as_of=as_of,
        matches=usage.matches,
        match=f"{total(match):.5f}",
        match_table=_table(match),
        slower=f"{2 * _seconds(match):.6f}",
        polls=f"{_polls(usage, prices):.6f}",
        month_table=_table(month),
        volumes=volumes,
        white_paper=WHITE_PAPER,
        as_many=f"{int((WHITE_PAPER - total(month)) / total(match)):,}",
        limit=f"{30_000 * total(match) + total(month):,.2f}",
        prices=used,
    )


def _table(lines: list[Line]) -> str:
    rows = "\n".join(
        f"| {line.what} | {line.amount:.4g} | {line.usd:.7f} | {line.note} |" for line in lines
    )
    head = "| what | how much | USD | of which |\n| --- | --- | --- | --- |"
    return f"{head}\n{rows}\n| **together** | | **{total(lines):.5f}** | |"


def _polls(usage: Usage, prices: dict[str, Price]) -> float:
    """Return what ten polls cost."""
    api = usage.functions["ApiFunction"]
    seconds = api["milliseconds"] / 1000 * api["memory_mb"] / 1024
    return 10 * (
        prices["api_request"].usd
        + prices["lambda_request"].usd
        + seconds * prices["lambda_gb_second"].usd
        + prices["table_read"].usd
    )


def _seconds(match: list[Line]) -> float:
    return next(line.usd for line in match if line.what == "function GB-seconds")


def main() -> None:
    """Write the page, after a measurement where one is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--matches", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.measure:
        with tempfile.TemporaryDirectory() as scratch:
            measured.write(measured.measure(Path(scratch) / "state", arguments.matches), USAGE)
    PAGE.write_text(page(measured.read(USAGE)))


if __name__ == "__main__":
    main()
