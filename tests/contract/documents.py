"""What the Markdown files promise: commands, links, names."""

import re
from pathlib import Path
from typing import NamedTuple

from local.state import ROOT

_FENCE = re.compile(r"^(?:```|~~~)[^\n]*\n(.*?)^(?:```|~~~)", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"(?:^|\n)\n((?:(?: {4}|\t)[^\n]*\n)+)")
_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_REFERENCE = re.compile(r"^\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)
_SOURCE = re.compile(r"\b(?:src|href|srcset)=\"([^\"]+)\"")
_AT_THE_ROOT = re.compile(r"`([\w-]+\.yaml)`")
_FILE = re.compile(r"\.(?:py|js|ya?ml|toml|html|css|md)$")
_MAKE = re.compile(r"(?<![\w./-])make((?: +[A-Z_]+=\S*)*) +([a-z][a-z-]*)")
_LOOKALIKE = re.compile(r"(?<![\w/-])(?:\S*\.venv/bin/)?lookalike +([a-z][a-z-]*)([^\n#|&;`]*)")


class Command(NamedTuple):
    """A use of the `lookalike` command."""

    name: str
    options: frozenset[str]


def code(text: str) -> list[str]:
    """Return every code block and code span of a Markdown text, without comments of the shell's."""
    fenced = _FENCE.findall(text)
    rest = _FENCE.sub("\n", text)
    indented = _INDENTED.findall(rest)
    spans = [span for _, span in _SPAN.findall(_INDENTED.sub("\n\n", rest))]
    return [_COMMENT.sub("", part) for part in (*fenced, *indented, *spans)]


def make_targets(text: str) -> set[str]:
    """Return the targets of every `make` in a text's code."""
    return {target for part in code(text) for _, target in _MAKE.findall(part)}


def lookalike_commands(text: str) -> list[Command]:
    """Return every `lookalike` command in a text's code."""
    return [
        Command(name, frozenset(re.findall(r"(?<!\S)\[?(--[a-z][a-z-]*)", rest)))
        for part in code(text)
        for name, rest in _LOOKALIKE.findall(part)
    ]


def links(text: str) -> set[str]:
    """Return the files that a Markdown text links to or shows, without those elsewhere."""
    prose = _SPAN.sub("", _FENCE.sub("", text))
    found = {*_LINK.findall(prose), *_REFERENCE.findall(prose), *_SOURCE.findall(prose)}
    return {
        link.split("#")[0]
        for link in found
        if not re.match(r"[a-z][a-z0-9+.-]*:|#|//", link, re.IGNORECASE)
    }


def anchors(text: str) -> set[tuple[str, str]]:
    """Return the Markdown file, empty for the text itself, and the anchor of every link to one."""
    prose = _SPAN.sub("", _FENCE.sub("", text))
    return set(re.findall(r"\]\(((?:[\w./-]+\.md)?)#([\w-]+)\)", prose))


def headings(text: str) -> set[str]:
    """Return the anchors of a Markdown text's headings."""
    found = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def files(text: str) -> set[str]:
    """Return the files that a text names in backticks, from a folder on."""
    named = r"`((?:[\w-]+/)+[\w.-]+\.(?:py|js|yaml|toml|html|css|md))(?=[`:])"
    return {file for file in re.findall(named, text) if "VERB_NOUN" not in file}


def identifiers(text: str) -> list[tuple[str, set[str]]]:
    """Return each identifier in backticks, with the files that its paragraph, item or row names.

    A dotted identifier is its parts. Leave out the paragraphs that name no file.
    """
    found = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-|]|\d+\.) )", text):
        named = files(block) | {
            file for file in _AT_THE_ROOT.findall(block) if (ROOT / file).exists()
        }
        spans = re.findall(r"`([A-Za-z_][\w.]*)`", block) if named else []
        found += [(name, named) for name in spans if not _FILE.search(name)]
    return [(part, named) for name, named in found for part in name.split(".")]


def names(name: str, text: str) -> bool:
    """Return whether a text names something, and not only a longer name that holds it."""
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))


def has_command(command: str, text: str) -> bool:
    """Return whether a text's code holds a command, such as `catalog import`, or the last of it."""
    group, _, last = command.rpartition(" ")
    words = r"\s+".join(["lookalike", *command.split()])
    whole = re.compile(rf"(?:^|\s)(?:\S*/)?{words}(?![\w-])")
    row = re.compile(rf"{last}(?![\w-])")
    return any(whole.search(part) or (group and row.match(part)) for part in code(text))


def tests_named(text: str) -> set[tuple[str, str]]:
    """Return the file and the test, empty for none, of every `test_….py` in a text's code."""
    named = re.compile(r"(?<![\w/-])((?:[\w-]+/)*test_\w+\.py)(?:::(test_\w+))?")
    return {found for part in code(text) for found in named.findall(part)}


def written_documents() -> list[Path]:
    """Return the Markdown files that people are to read, there or not yet."""
    required = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "docs/decisions.md")]
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted({*required, *found})
