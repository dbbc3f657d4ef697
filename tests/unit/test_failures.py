import pytest

from local.state import ROOT
from lookalike.failures import EXPLANATIONS, FailureCode


@pytest.mark.parametrize("code", FailureCode)
def test_every_failure_has_a_message_and_a_hint(code: FailureCode) -> None:
    words = EXPLANATIONS[code]

    assert words.message.endswith(".")
    assert words.hint.endswith(".")


def test_every_failure_has_words_of_its_own() -> None:
    words = {text for explanation in EXPLANATIONS.values() for text in explanation}

    assert len(words) == 2 * len(FailureCode)


def test_codes_are_those_that_clients_know() -> None:
    assert {str(code) for code in FailureCode} == {
        "unsupported_image",
        "image_too_small",
        "image_too_large",
        "no_face",
        "several_faces",
        "face_too_small",
        "face_turned_away",
        "face_too_blurry",
        "face_too_dark",
        "face_covered",
        "catalog_empty",
        "timed_out",
        "service_unavailable",
    }


PRODUCERS = [
    *(ROOT / "layers").rglob("*.py"),
    *(ROOT / "functions").rglob("*.py"),
    ROOT / "statemachine" / "find_lookalike.asl.yaml",
]


@pytest.mark.parametrize("code", FailureCode)
def test_every_code_has_a_rule_that_gives_it(code: FailureCode) -> None:
    texts = [path.read_text() for path in PRODUCERS if path.name != "failures.py"]

    given = any(f"FailureCode.{code.name}" in text or f" {code} " in text for text in texts)

    assert given or any(f"'{code}'" in text for text in texts), (
        f"no rule refuses a photograph as {code}: write it in lookalike/faces.py, or let a state "
        "of statemachine/find_lookalike.asl.yaml assign it"
    )
