"""The headers of the page's files, as customHttp.yml has them for Amplify Hosting."""

import re
from dataclasses import asdict, dataclass
from string import Template

import yaml

from local.state import ROOT

FILE = ROOT / "customHttp.yml"


@dataclass(frozen=True)
class Origins:
    """What the page reaches besides its own origin; empty where that is all it needs."""

    api: str = ""
    cognito: str = ""
    selfies: str = ""
    portraits: str = ""


@dataclass(frozen=True)
class Rule:
    """The headers of the paths that match a pattern."""

    pattern: str
    headers: dict[str, str]

    def applies_to(self, path: str) -> bool:
        """Return whether a path, from the root, matches as it does at Amplify."""
        parts = re.split(r"(\*\*/|\*)", self.pattern.removeprefix("/"))
        glob = "".join(WILDCARDS.get(part, re.escape(part)) for part in parts)
        return re.fullmatch(glob, path.removeprefix("/")) is not None


WILDCARDS = {"**/": "(?:.*/)?", "*": "[^/]*"}


def render(template: str, origins: Origins) -> list[Rule]:
    """Fill the origins in; every value becomes one line, as Amplify and HTTP want it."""
    filled = yaml.safe_load(Template(template).substitute(asdict(origins)))
    return [
        Rule(
            rule["pattern"],
            {header["key"]: " ".join(header["value"].split()) for header in rule["headers"]},
        )
        for rule in filled["customHeaders"]
    ]


def headers_for(path: str, rules: list[Rule]) -> dict[str, str]:
    """Return the headers of a path; where several patterns match, the last one's value counts."""
    return {
        name: value
        for rule in rules
        if rule.applies_to(path)
        for name, value in rule.headers.items()
    }
