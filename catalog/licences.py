"""Licences of files on Wikimedia Commons: which are free enough to show, and how to name them.

The public domain, CC0, CC BY and CC BY-SA are free enough, in every version. Commons gives values
as HTML, and can leave out any. A file whose licence or author is in doubt is not used.
"""

import re
import unicodedata
from collections.abc import Mapping
from html.parser import HTMLParser

from lookalike.ranking import Attribution

_CREATIVE_COMMONS = "https://creativecommons.org"
_UNKNOWN = "Unknown author"
_LONGEST_AUTHOR = 200
_CC_BY = re.compile(
    r"cc[ -]by(?P<alike>[ -]sa)?"
    r"(?:[ -](?P<version>\d\.\d)(?:[-, ]+\d\.\d)*)?"  # a file may be under several versions
    r"(?:[ -](?P<port>[a-z]{2,3}))?",
    re.IGNORECASE,
)
_CC_ZERO = re.compile(r"cc[ -]?(?:0|zero)(?:[ -]1\.0)?", re.IGNORECASE)
_PUBLIC_DOMAIN = re.compile(r"(?:public domain|pdm|pd)(?:[ -].*)?", re.IGNORECASE)
_RESTRICTED_URL = re.compile(r"/licenses/[a-z-]*(?:nc|nd)\b", re.IGNORECASE)
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})
_BLOCKS = frozenset({"br", "dd", "div", "dt", "li", "p", "td", "tr"})


class NotFreeError(Exception):
    """Raised for a file that may not be used; the message is the reason."""


def attribution_of(metadata: Mapping[str, str], source_url: str) -> Attribution:
    """Return a file's author and licence, from its `extmetadata`; raise NotFreeError."""
    name, url = _licence(metadata)
    author = plain(metadata.get("Artist", "")) or plain(metadata.get("Attribution", ""))
    if not author and name.startswith("CC BY"):
        raise NotFreeError(f"its author is not named, as {name} asks for")
    return Attribution(_shortened(author or _UNKNOWN), name, url, source_url)


def plain(html: str) -> str:
    """Return the text that an HTML fragment shows, on one line."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return unicodedata.normalize("NFC", " ".join("".join(reader.parts).split()))


def _licence(metadata: Mapping[str, str]) -> tuple[str, str]:
    """Return the name of a free licence, and its address."""
    name, url = plain(metadata.get("LicenseShortName", "")), _url(metadata)
    if not name:
        raise NotFreeError("it has no licence data")
    if _RESTRICTED_URL.search(url) or plain(metadata.get("NonFree", "")).lower() == "true":
        raise NotFreeError(f"its licence is not free: {name}")
    if _CC_ZERO.fullmatch(name):
        return "CC0", f"{_CREATIVE_COMMONS}/publicdomain/zero/1.0/"
    if _PUBLIC_DOMAIN.fullmatch(name):
        return "Public domain", url or f"{_CREATIVE_COMMONS}/publicdomain/mark/1.0/"
    by = _CC_BY.fullmatch(name)
    if not by:
        raise NotFreeError(f"its licence is not free: {name}")
    return _creative_commons(by, url)


def _creative_commons(by: re.Match[str], url: str) -> tuple[str, str]:
    kind = "by-sa" if by["alike"] else "by"
    version, port = by["version"], (by["port"] or "").lower()
    if not (version or url):
        raise NotFreeError("the version of its licence is unknown")
    name = " ".join(part for part in (f"CC {kind.upper()}", version, port.upper()) if part)
    path = "/".join(part for part in (kind, version, port) if part)
    return name, url or f"{_CREATIVE_COMMONS}/licenses/{path}/"


def _url(metadata: Mapping[str, str]) -> str:
    """Return the licence's address. Older files lack its scheme, or the S of https."""
    url = plain(metadata.get("LicenseUrl", ""))
    url = re.sub(r"^(?:http:)?//(?=(?:www\.)?creativecommons\.org/)", "https://", url)
    return url if re.match(r"https?://", url) else ""


def _shortened(author: str) -> str:
    """Shorten an author to fit a caption: some files give an archive's whole address."""
    if len(author) <= _LONGEST_AUTHOR:
        return author
    return author[: _LONGEST_AUTHOR - 1].rsplit(" ", 1)[0] + "…"


class _Text(HTMLParser):
    """Collects the visible text. Commons also has a hidden, machine-readable text beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append(" ")
        if tag not in _VOID:
            style = (dict(attrs).get("style") or "").replace(" ", "").lower()
            self._open.append((tag, tag in {"style", "script"} or "display:none" in style))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append(" ")
        while any(tag == opened for opened, _ in self._open) and self._open.pop()[0] != tag:
            pass  # an inner element that was left open ends, too

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self._open):
            self.parts.append(data)
