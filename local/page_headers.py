"""Reads the headers of the page's files from customHttp.yml, which Amplify Hosting reads, too."""

import re
from dataclasses import asdict, dataclass
from string import Template

import yaml

from local.state import ROOT

FILE = ROOT / "customHttp.yml"


@dataclass(frozen=True)
class Origins:
    """The origins that the page calls besides its own; empty where it needs no other."""

    api: str = ""
    cognito: str = ""
    selfies: str = ""
    portraits: str = ""
    pictures: str = ""


@dataclass(frozen=True)
class Rule:
    """The headers of the paths that match a pattern."""

    pattern: str
    headers: dict[str, str]

    def applies_to(self, path: str) -> bool:
        """Return whether a path, from the root, matches as at Amplify."""
        parts = re.split(r"(\*\*/|\*)", self.pattern.removeprefix("/"))
        glob = "".join(WILDCARDS.get(part, re.escape(part)) for part in parts)
        return re.fullmatch(glob, path.removeprefix("/")) is not None


WILDCARDS = {"**/": "(?:.*/)?", "*": "[^/]*"}


def render(template: str, origins: Origins) -> list[Rule]:
    """Return the rules with the origins filled in, and each value on one line, as HTTP requires."""
    filled = yaml.safe_load(Template(template).substitute(asdict(origins)))
    return [
        Rule(
            rule["pattern"],
            {header["key"]: " ".join(header["value"].split()) for header in rule["headers"]},
        )
        for rule in filled["customHeaders"]
    ]


def headers_for(path: str, rules: list[Rule]) -> dict[str, str]:
    """Return the headers of a path; of several patterns that match, the last one's value counts."""
    return {
        name: value
        for rule in rules
        if rule.applies_to(path)
        for name, value in rule.headers.items()
    }
