"""What the page is made of, held against what its worker keeps and its manifest names."""

import ast
import json
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image

from local.state import ROOT
from lookalike.failures import FailureCode
from tests.contract.imports import PACKAGE

WEB = ROOT / "web"
NOT_KEPT = {
    "favicon.svg",
    "index.html",  # it is kept as "./"
    "manifest.webmanifest",
    "service-worker.js",
    "social-card.png",
}
"""What the page does without where there is no network."""

MANIFEST: dict[str, Any] = json.loads((WEB / "manifest.webmanifest").read_text())


def test_the_worker_keeps_every_kind_of_file_that_the_page_is_made_of() -> None:
    source = (WEB / "service-worker.js").read_text()
    found = re.search(r"^const SHELL = /(.*)/;$", source, re.MULTILINE)
    assert found
    shell = re.compile(found[1].replace(r"\/", "/"))

    files = {str(path.relative_to(WEB)) for path in WEB.rglob("*") if path.is_file()}

    assert shell.match("")
    assert {name for name in files if not shell.match(name)} - NOT_KEPT == {
        name for name in files if name.startswith(("icons/", "vendor/"))
    }
    for other in ("api/matches", "config.json", "scripts/../api/me", "cognito"):
        assert not shell.match(other)


def test_a_shared_photo_goes_to_the_worker_and_to_no_server() -> None:
    target = MANIFEST["share_target"]
    worker = (WEB / "service-worker.js").read_text()
    taker = (WEB / "scripts" / "shared-photo.js").read_text()

    assert (target["method"], target["enctype"]) == ("POST", "multipart/form-data")
    name = target["action"].removeprefix("./")
    assert f'new URL("{name}", self.location.href)' in worker
    assert f'const PHOTO = "{name}"' in taker
    (files,) = target["params"]["files"]
    assert f'getAll("{files["name"]}")' in worker
    assert re.findall(r'^const SHELF = "(.+)";', worker + taker, re.MULTILINE)[1:] == re.findall(
        r'^const SHELF = "(.+)";', taker, re.MULTILINE
    )


def failures_with_words() -> set[str]:
    """Return the codes that the page has words for."""
    words = [(WEB / "scripts" / "words" / name).read_text() for name in ("en.js", "en-more.js")]
    table = r"^  failures: \{\n(.*?)^  \},"
    (first, others) = [re.search(table, source, re.DOTALL | re.MULTILINE) for source in words]
    assert first
    assert others
    return set(re.findall(r"^    (\w+): \{$", first[1] + others[1], re.MULTILINE))


def codes_of_the_api() -> set[str]:
    """Return the API's codes: of a match's failure and of a refused request."""
    document = (ROOT / "openapi.yaml").read_text()
    return set(map(str, FailureCode)) | set(re.findall(r"code: \{ const: (\w+) \}", document))


def test_the_page_has_words_for_every_failure_of_the_server() -> None:
    unworded = codes_of_the_api() - failures_with_words()

    # Only the server's words can say which field is wrong.
    assert unworded == {"invalid_request"}


def test_every_failure_that_the_page_has_words_for_can_appear() -> None:
    scripts = [
        path for path in (WEB / "scripts").glob("*.js") if not path.name.startswith("failures")
    ]
    raised_by_the_page = {
        code for path in scripts for code in re.findall(r'"(\w+)"', path.read_text())
    }

    assert failures_with_words() - codes_of_the_api() - raised_by_the_page == set()


def codes_of_a_portrait() -> set[str]:
    """Return the codes that Index Portrait, and the rules of `faces.py` that it calls, name."""
    handler = ast.parse((ROOT / "functions" / "index_portrait" / "app.py").read_text())
    rules = ast.parse((PACKAGE / "faces.py").read_text())
    defined = {node.name: node for node in rules.body if isinstance(node, ast.FunctionDef)}
    reached, new = set[str](), names_in(handler) & set(defined)
    while new:
        reached |= new
        new = {name for one in new for name in names_in(defined[one])} & set(defined) - reached
    parts = [handler, *(defined[name] for name in reached)]
    return {
        FailureCode[node.attr].value
        for part in parts
        for node in ast.walk(part)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "FailureCode"
    }


def names_in(part: ast.AST) -> set[str]:
    """Return the names that a part of a module uses."""
    return {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}


def test_curators_have_words_for_every_refusal_of_a_portrait_and_no_other() -> None:
    script = (WEB / "scripts" / "curating.js").read_text()
    (table,) = re.findall(r"^const REFUSALS = \{\n(.*?)^\};", script, re.DOTALL | re.MULTILINE)
    worded = set(re.findall(r"^  (\w+):", table, re.MULTILINE))
    # The page itself refuses a file that the browser cannot open.
    photo = set(re.findall(r'"(\w+)"', (WEB / "scripts" / "photo.js").read_text()))
    of_the_page = photo & failures_with_words()

    refused = codes_of_a_portrait() | of_the_page
    assert refused - worded == set(), "add it to REFUSALS in web/scripts/curating.js"
    assert worded - refused == set(), "no portrait is refused for it: take it from REFUSALS"


def test_a_portraits_codes_are_those_of_its_own_rules() -> None:
    found = codes_of_a_portrait()

    assert {"no_face", "face_covered", "image_too_small", "unsupported_image"} <= found
    assert not {"catalog_empty", "timed_out", "service_unavailable"} & found


@pytest.mark.parametrize("icon", MANIFEST["icons"], ids=lambda icon: icon["src"])
def test_an_icon_is_what_the_manifest_says(icon: dict[str, str]) -> None:
    path = WEB / icon["src"]

    if icon["type"] == "image/svg+xml":
        assert path.read_text().startswith("<svg ")
        assert icon["sizes"] == "any"
        return
    with Image.open(path) as picture:
        assert Image.MIME[picture.format or ""] == icon["type"]
        assert "x".join(map(str, picture.size)) == icon["sizes"]


@pytest.mark.parametrize("name", ["maskable-512.png", "apple-touch-180.png"])
def test_an_icon_that_is_cut_to_shape_fills_its_square(name: str) -> None:
    with Image.open(WEB / "icons" / name) as picture:
        alpha = picture.convert("RGBA").getchannel("A")

    assert alpha.getextrema() == (255, 255)


def test_a_mask_cuts_off_nothing_but_the_background() -> None:
    """Everything that is gold is in the middle's circle, four fifths wide, which no mask cuts."""
    with Image.open(WEB / "icons" / "maskable-512.png") as picture:
        pixels = picture.convert("RGB")
    middle = pixels.width / 2

    gold = np.argwhere(np.asarray(pixels)[:, :, 0] > 150)
    furthest = np.hypot(*(gold - middle).T).max()

    assert furthest < 0.4 * pixels.width


def test_the_page_names_its_manifest_and_its_icons() -> None:
    index = (WEB / "index.html").read_text()

    named = re.findall(r'<link rel="(?:icon|apple-touch-icon|manifest)" href="([^"]+)"', index)
    assert named == ["favicon.svg", "icons/apple-touch-180.png", "manifest.webmanifest"]
    assert all((WEB / name).is_file() for name in named)
    assert MANIFEST["name"] in index
    assert MANIFEST["description"] in index
