"""The page's words: in one place for each language, and none outside."""

import re
from collections import defaultdict
from html.parser import HTMLParser

import pytest

from local.state import ROOT

WEB = ROOT / "web"
SCRIPTS = WEB / "scripts"
LANGUAGES = ("de", "es", "fr")
IN_ENGLISH_ALONE = {"curating.js", "portrait-form.js"}
"""What only curators see."""
SPOKEN = ("alt", "aria-label")
"""The attributes that hold words."""
BRAND = "You\u2019re My "
"""On the poster: a name is the same in every language."""
VOID = {"br", "img", "input", "link", "meta"}

TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`""", re.DOTALL
)
SENTENCE = re.compile(r"[^\W\d]{2,}[,.:]? [^\W\d]{2,}")
SHOWN = re.compile(r"(textContent|aria-?[lL]abel|alt|title|placeholder)\W*[:=,] *$")
"""What stands before a text that the page shows."""
NO_WORDS = re.compile(r"[.\[]|aria-|system-ui|noopener noreferrer$")
"""How a selector begins, an attribute, a font, and what else is no text."""
FOR_DEVELOPERS = re.compile(r"(Error|console\.\w+)\($")


class Page(HTMLParser):
    """index.html: its keys, with how many elements each text holds, and what has no key."""

    def __init__(self) -> None:
        super().__init__()
        self.holds: dict[str, list[int]] = defaultdict(list)
        self.outside: list[str] = []
        self._path: list[dict[str, str]] = []
        self.feed((WEB / "index.html").read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in SPOKEN:
            if f"data-words-{name}" in given:
                self.holds[given[f"data-words-{name}"]].append(0)
            elif given.get(name):
                self.outside.append(given[name])
        if self._path and (key := self._path[-1].get("data-words")):
            self.holds[key][-1] += 1
        if key := given.get("data-words"):
            self.holds[key].append(0)
        if tag not in VOID:
            self._path.append(given | {"tag": tag})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Ignore the parts of a drawing, which hold no words."""

    def handle_endtag(self, tag: str) -> None:
        assert self._path.pop()["tag"] == tag

    def handle_data(self, data: str) -> None:
        if re.search("[a-z]{2}", data) and not any(map(has_words, self._path)):
            self.outside.append(data.strip())


def has_words(given: dict[str, str]) -> bool:
    """Return whether the words in an element have a place of their own."""
    # A browser without JavaScript cannot translate.
    return (
        "data-words" in given
        or "data-retention" in given
        or given.get("class") == "wordmark"
        or given["tag"] in {"title", "noscript"}
        or (given["tag"] == "button" and "lang" in given)
    )


def page_words(language: str) -> dict[str, str]:
    """Return a language's texts for index.html."""
    source = (SCRIPTS / "words" / f"{language}.js").read_text()
    (table,) = re.findall(r"^export const page = \{\n(.*?)^\};", source, re.DOTALL | re.MULTILINE)
    return dict(re.findall(r'^  (\w+):\s+"(.*)",$', table, re.MULTILINE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text_of_the_page_and_no_other(language: str) -> None:
    assert set(page_words(language)) == set(Page().holds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_words_for_every_element_in_it(language: str) -> None:
    holds = Page().holds

    for key, text in page_words(language).items():
        assert {text.count("["), text.count("]")} == set(holds[key]), key


def test_every_word_of_the_page_has_a_key() -> None:
    assert Page().outside == []


def test_no_script_has_words_of_its_own() -> None:
    found = []
    for path in sorted(SCRIPTS.glob("*.js")):
        source = path.read_text()
        for token in TOKEN.finditer(source):
            before = source[: token.start()].rstrip()[-40:]
            text = re.sub(r"\$?\{[^}]*\}|<[^>]*>", "", token[0][1:-1])
            if token[0][0] == "/" or NO_WORDS.match(text) or FOR_DEVELOPERS.search(before):
                continue
            if SENTENCE.search(text) or (SHOWN.search(before) and re.search("[A-Za-z]{2}", text)):
                found.append((path.name, text))

    outside = [one for one in found if one[0] not in IN_ENGLISH_ALONE and one[1] != BRAND]
    assert outside == []
    assert {name for name, _ in found} >= IN_ENGLISH_ALONE, "what is there is not found"
