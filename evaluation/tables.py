"""The figures of an evaluation as tables, for the terminal and for the report. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evaluation.shares import Figures


class Table(NamedTuple):
    """One table; every cell is text."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def tables(data: Figures) -> list[Table]:
    """Return every table of an evaluation's figures."""
    return [
        _recognition(data["recognition"]),
        _pairs(data["recognition"]),
        _groups(data["recognition"]["groups"]),
        _degradations(data["degradations"]),
        *_steadiness(data["steadiness"]),
        _repeatability(data["repeatability"]),
        _one_person(data["repeatability"]),
        _methods(data["methods"]),
        _dlib(data["dlib"]),
    ]


def counted(share: Figures) -> str:
    """Return a share as a count, `491 of 495`; a dash where nothing was counted."""
    return f"{share['count']:g} of {share['of']}" if share["of"] else "-"


def with_interval(share: Figures) -> str:
    """Return a share with its interval, `.992 (.982 to 1.000)`; a dash where none was counted."""
    if not share["of"]:
        return "-"
    return f"{_short(share['share'])} ({_short(share['low'])} to {_short(share['high'])})"


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}".removeprefix("0")


def _recognition(data: Figures) -> Table:
    queries, portraits = data["queries"], data["portraits"]
    refused = sum(queries["refused"].values())
    by_code = ", ".join(f"{code} {count}" for code, count in queries["refused"].items())
    rows = [
        ("the right person comes first", counted(data["rank_1"]), with_interval(data["rank_1"])),
        (
            "the right person is among the first five",
            counted(data["rank_5"]),
            with_interval(data["rank_5"]),
        ),
        (
            "photographs refused",
            f"{refused} of {queries['of']}" + (f" ({by_code})" if by_code else ""),
            "",
        ),
        ("portraits refused", f"{portraits['refused']} of {portraits['of']}", ""),
        (
            "strangers who got a celebrity",
            counted(data["strangers_answered"]),
            with_interval(data["strangers_answered"]),
        ),
    ]
    note = f"{data['photographs']} photographs; {data['people']} people have a portrait."
    return Table("Recognition", ("figure", "count", "share (95 %)"), rows, note)


def _pairs(data: Figures) -> Table:
    pairs = data["pairs"]
    rows = [
        (f"{one['false_accept']:g}", f"{one['threshold']:.3f}", counted(one), with_interval(one))
        for one in pairs["true_accept"]
    ]
    note = (
        f"{pairs['genuine']} comparisons of one person's pictures, {pairs['impostor']} of two "
        "people's; each picture is query and portrait."
    )
    columns = ("false accept", "cosine above", "true accept", "share (95 %)")
    return Table("Pairs", columns, rows, note)


def _groups(groups: Sequence[Figures]) -> Table:
    rows = [
        (
            one["group"],
            str(one["photographs"]),
            counted(one["accepted"]),
            f"{counted(one['rank_1'])}, {with_interval(one['rank_1'])}",
            _short(one["true_accept"]["share"]),
            _rate(one["false_accept"]),
        )
        for one in groups
    ]
    columns = ("group", "photographs", "accepted", "right first", "true accept", "false accept")
    note = "Pairs within a group, at the cosine whose false accept rate is 0.001 for all."
    return Table("Groups", columns, rows, note)


def _rate(one: Figures) -> str:
    return "-" if one["share"] is None else f"{one['share']:.5f}"


def _degradations(data: Figures) -> Table:
    rows = [
        (
            one["change"],
            _count(one["all"]["accepted"]),
            _count(one["all"]["right"]),
            with_interval(one["all"]["right"]),
            _count(one["all"]["right_if_none_were_refused"]),
            *(
                f"{_count(one[third]['accepted'])}, {_count(one[third]['right'])}"
                for third in ("darkest_third", "lightest_third")
            ),
        )
        for one in data["changes"]
    ]
    columns = (
        "change",
        "accepted",
        "right",
        "share (95 %)",
        "right unrefused",
        "of the darkest",
        "of the lightest",
    )
    note = (
        f"{data['photographs']} photographs that are accepted and right as they are. Unrefused: if "
        "none were refused. Darkest and lightest: accepted and right of a third, by the face."
    )
    return Table("Degraded photographs", columns, rows, note)


def _count(share: Figures) -> str:
    return f"{share['count']:g}"


def _steadiness(data: Figures) -> Iterator[Table]:
    rows = [
        (
            one["query"],
            with_interval(one["same"]),
            with_interval(one["near"]),
            with_interval(one["within_a_factor"]),
        )
        for one in data["queries"]
    ]
    note = f"{data['photographs']} photographs of strangers, each changed slightly in six ways."
    columns = (
        "query",
        "same first celebrity (95 %)",
        "resemblance within 10 points (95 %)",
        "one in so many within a factor of 2 (95 %)",
    )
    yield Table("One photograph, one answer", columns, rows, note)
    first, *others = data["queries"]
    changes = [
        (
            row["change"],
            with_interval(row["same"]),
            with_interval(row["near"]),
            *(with_interval(other["changes"][place]["same"]) for other in others),
        )
        for place, row in enumerate(first["changes"])
    ]
    headings = ("change", "same", "within 10 points", *(f"same, {one['query']}" for one in others))
    yield Table("By change", headings, changes)


def _repeatability(data: Figures) -> Table:
    rows = [
        (
            f"{one['portraits']}, {one['selfies']}",
            with_interval(one["same"]),
            with_interval(one["shared"]),
            with_interval(one["certainty"]["clear"]),
            with_interval(one["certainty"]["close"]),
        )
        for one in data["packs"]
    ]
    note = (
        f"Pairs of different photographs of one of {data['strangers']} strangers; "
        f"{data['celebrities']} people in the pack."
    )
    columns = (
        "portraits a person, selfies together",
        "same first celebrity (95 %)",
        "shared of the first five (95 %)",
        "same after a clear answer (95 %)",
        "same after a close one (95 %)",
    )
    return Table("Two photographs of one person", columns, rows, note)


def _one_person(data: Figures) -> Table:
    rows = [
        (str(one["people"]), with_interval(one["of_one"]), with_interval(one["of_two"]))
        for one in data["one_person"]
    ]
    note = "Two photographs taken together: how often they are said to show one person."
    columns = ("people in the pack", "of one stranger (95 %)", "of two strangers (95 %)")
    return Table("Photographs of one person, or of two", columns, rows, note)


def _methods(data: Figures) -> Table:
    rows = [
        (
            one["method"],
            counted(one["right"]),
            f"{one['calls']:g}",
            str(one["once_for_the_pack"]),
            f"{one['cpu_milliseconds']:g}",
            f"{one['usd']:.4f}",
        )
        for one in data["methods"]
    ]
    columns = (
        "method",
        "right",
        "calls a selfie",
        "calls for the pack",
        "CPU ms a selfie",
        "USD a selfie",
    )
    note = (
        f"{data['selfies']} selfies, {data['portraits']} portraits. The CPU time is that of the "
        "local engine, which remembers the portraits; the prices are list prices of AWS."
    )
    return Table("Three methods", columns, rows, note)


def _dlib(data: Figures) -> Table:
    if "unavailable" in data:
        return Table("dlib", (), (), f"dlib was not measured: {data['unavailable']}")
    rows = [
        (
            name,
            counted(data[key]["nearest"]),
            with_interval(data[key]["nearest"]),
            *(with_interval(one) for one in data[key]["pairs"]["true_accept"]),
        )
        for name, key in (("SFace, as the product uses it", "product"), ("dlib", "dlib"))
    ]
    rates = [one["false_accept"] for one in data["product"]["pairs"]["true_accept"]]
    columns = (
        "recogniser",
        "right first",
        "share (95 %)",
        *(f"true accept at {rate:g}" for rate in rates),
    )
    note = (
        f"Accepted photographs alone. dlib found {data['found_by_dlib']} of {data['faces']} faces "
        "itself, and got the place of the others."
    )
    return Table("dlib", columns, rows, note)
