import json
from collections.abc import Callable
from typing import Any

import pytest

from lookalike.errors import CatalogEmpty, NoFaceFound
from lookalike.faces import Box, Place
from lookalike.matches import MatchStore, Wanted
from lookalike.measures import Histogram, Measures, fold, histogram_of
from lookalike.packs import PackStore
from lookalike.portraits import IndexedFace, PortraitRecord, PortraitStore, portrait_id_of
from lookalike.ranking import FEWEST_TELLING, Attribution, FoundFace, Portrait, normalise
from lookalike.scores import ScoreStore
from lookalike.telemetry import reference_to
from tests.moto.cloud import Cloud, Context, load_function
from tests.moto.workflow import EXECUTION, Workflow
from tests.recogniser import COLLECTION, NO_FACE, Recogniser, face_detail, picture

KEY = "selfies/0b6e3c5e-4a0c-4b55-9f3c-0a6b6d8b1b52"

FACE = Place(Box(0.25, 0.25, 0.5, 0.5), ((0.4, 0.4), (0.6, 0.4)))


class ResolveMatches:
    """The function, a pack of portraits, and a selfie."""

    def __init__(
        self, cloud: Cloud, packs: PackStore, portraits: PortraitStore, module: Any
    ) -> None:
        self.module = module
        self.curve: Histogram = ()
        """The curve of the pack's next measures."""
        self._cloud, self._packs, self._portraits = cloud, packs, portraits

    def add(self, name: str, shade: int = 128, gender: str = "") -> str:
        """Index a portrait of the person that comes before the dash, and return its id."""
        key = f"celebrities/{name}.png"
        landmarks = {
            mark["Type"]: (mark["X"], mark["Y"]) for mark in face_detail(shade)["Landmarks"]
        }
        portrait = Portrait(
            portrait_id=portrait_id_of(key),
            pack="celebrities",
            key=key,
            celebrity_id=name.split("-")[0],
            name=name.split("-")[0].title(),
            attribution=Attribution("A. Photographer"),
            geometry=normalise(landmarks, 1.0),
            face=FACE,
            gender=gender,
        )
        faces = {COLLECTION: IndexedFace(f"face-{name}", "7.0")}
        record = PortraitRecord(portrait.portrait_id, key, "version-1", portrait, faces)
        self._portraits.replace(None, record)
        return portrait.portrait_id

    def measure(self, *distribution: float) -> None:
        """Let the pack have this distribution."""
        change = self._packs.note_change("celebrities")
        measures = Measures(distribution, self.curve)
        self._packs.save_measures("celebrities", change, measures, len(distribution))

    def __call__(
        self, *found: tuple[str, float], selfie: bytes | None = None, key: str = KEY
    ) -> Any:
        bucket = self._cloud.name("SelfiesBucket")
        reply = self._cloud.s3.put_object(
            Bucket=bucket, Key=key, Body=picture() if selfie is None else selfie
        )
        event = {
            "bucket": bucket,
            "key": key,
            "version": reply["VersionId"],
            "pack": "celebrities",
            "execution": EXECUTION,
            "faces": [{"portrait_id": one, "similarity": value} for one, value in found],
        }
        return json.loads(json.dumps(self.module.handler(event, Context())))

    def read(self, **event: Any) -> Any:
        """Read an event as the handler does."""
        return self.module.SearchedSelfie.of_event(event)


EVENT = {
    "bucket": "selfies",
    "key": KEY,
    "version": "v1",
    "execution": EXECUTION,
    "pack": "celebrities",
    "faces": [{"portrait_id": "p1", "similarity": 99.0}],
}


@pytest.fixture
def resolve(
    cloud: Cloud,
    packs: PackStore,
    portraits: PortraitStore,
    recogniser: Recogniser,
    monkeypatch: pytest.MonkeyPatch,
) -> ResolveMatches:
    assert recogniser
    environment = cloud.environment("ResolveMatchesFunction")
    module = load_function("resolve_matches", monkeypatch, environment)
    return ResolveMatches(cloud, packs, portraits, module)


@pytest.fixture
def claim(matches: MatchStore, workflow: Workflow) -> Callable[..., str]:
    """Begin and claim a match, and return its id."""

    def begin(**wishes: Any) -> str:
        wanted = Wanted("celebrities", COLLECTION, "2026-11", "image/jpeg", **wishes)
        match_id = matches.create("ada's id", wanted).match_id
        workflow.claim(match_id, workflow.upload(match_id))
        return match_id

    return begin


def names(result: dict[str, Any]) -> list[str]:
    return [celebrity["name"] for celebrity in result["celebrities"]]


def test_faces_become_people_best_first(resolve: ResolveMatches) -> None:
    ada, bea = resolve.add("ada"), resolve.add("bea")

    result = resolve((ada, 20.0), (bea, 40.5))

    assert result["method"] == "faces"
    assert names(result) == ["Bea", "Ada"]


def test_person_is_written_in_the_form_that_is_stored(resolve: ResolveMatches) -> None:
    ada = resolve.add("ada")
    resolve.measure(30)

    (celebrity,) = resolve((ada, 30.0))["celebrities"]

    assert celebrity == {
        "celebrity_id": "ada",
        "name": "Ada",
        "similarity": 30.0,
        "resemblance": 33,
        "one_in": None,
        "same_person": False,
        "portrait_key": "celebrities/ada.png",
        "face": FACE.to_json(),
        "attribution": {
            "author": "A. Photographer",
            "license": "",
            "license_url": "",
            "source_url": "",
        },
    }


def test_search_that_found_a_face_pays_for_no_detection(
    resolve: ResolveMatches, recogniser: Recogniser
) -> None:
    resolve((resolve.add("ada"), 20.0))

    assert recogniser.calls == []


def test_person_of_several_portraits_is_named_once(resolve: ResolveMatches) -> None:
    first, second = resolve.add("ada-1"), resolve.add("ada-2")

    (celebrity,) = resolve((first, 20.0), (second, 30.0))["celebrities"]

    assert celebrity["portrait_key"] == "celebrities/ada-2.png"


def test_faces_of_portraits_that_are_gone_are_passed_over(resolve: ResolveMatches) -> None:
    ada = resolve.add("ada")

    result = resolve(("gone", 99.0), (ada, 20.0))

    assert names(result) == ["Ada"]


def test_search_that_found_nothing_falls_back_on_landmarks(resolve: ResolveMatches) -> None:
    for name, shade in (("ada", 20), ("bea", 90), ("cam", 220)):
        resolve.add(name, shade)

    result = resolve(selfie=picture(90))

    assert result["method"] == "landmarks"
    assert names(result)[0] == "Bea"


def test_search_that_found_portraits_that_are_all_gone_falls_back_on_landmarks(
    resolve: ResolveMatches,
) -> None:
    resolve.add("ada")

    result = resolve(("gone", 99.0))

    assert (result["method"], names(result)) == ("landmarks", ["Ada"])


def test_fallback_compares_the_largest_face(
    resolve: ResolveMatches, recogniser: Recogniser
) -> None:
    for name, shade in (("ada", 20), ("bea", 90), ("cam", 220)):
        resolve.add(name, shade)
    small = {"Left": 0.0, "Top": 0.0, "Width": 0.1, "Height": 0.1}
    recogniser.sees = [face_detail(20, BoundingBox=small), face_detail(220)]

    assert names(resolve())[0] == "Cam"


def test_fallback_compares_no_face_that_is_doubtful(
    resolve: ResolveMatches, recogniser: Recogniser
) -> None:
    for name, shade in (("ada", 20), ("bea", 90), ("cam", 220)):
        resolve.add(name, shade)
    small = {"Left": 0.0, "Top": 0.0, "Width": 0.1, "Height": 0.1}
    recogniser.sees = [face_detail(20, BoundingBox=small), face_detail(220, Confidence=79.9)]

    assert names(resolve())[0] == "Ada"


def test_fallback_takes_the_pictures_shape_into_account(
    resolve: ResolveMatches, recogniser: Recogniser
) -> None:
    for name, shade in (("ada", 20), ("bea", 90), ("cam", 220)):
        resolve.add(name, shade)
    wide = face_detail(90)
    wide["Landmarks"] = [{**mark, "X": mark["X"] / 2} for mark in wide["Landmarks"]]
    recogniser.sees = [wide]

    assert names(resolve(selfie=picture(90, width=200, height=100)))[0] == "Bea"


def test_empty_pack_is_an_error_that_the_workflow_catches(
    resolve: ResolveMatches, recogniser: Recogniser
) -> None:
    with pytest.raises(CatalogEmpty):
        resolve()

    assert recogniser.calls == []


def test_fallback_without_a_face_is_the_selfies_fault_and_not_the_catalogs(
    resolve: ResolveMatches,
) -> None:
    resolve.add("ada")

    with pytest.raises(NoFaceFound):
        resolve(selfie=picture(NO_FACE))


def test_fallback_without_landmarks_is_the_selfies_fault(
    resolve: ResolveMatches, recogniser: Recogniser
) -> None:
    resolve.add("ada")
    recogniser.sees = [face_detail(90, Landmarks=[])]

    with pytest.raises(NoFaceFound):
        resolve()


def test_resemblance_is_read_from_the_packs_distribution(resolve: ResolveMatches) -> None:
    ada = resolve.add("ada")
    resolve.measure(*[10] * 10)

    (celebrity,) = resolve((ada, 20.0))["celebrities"]

    assert celebrity["resemblance"] == 73  # 10 people below, drawn to 20 by 5


def test_measures_are_read_once_a_minute(
    resolve: ResolveMatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = 1000.0
    monkeypatch.setattr("functions.resolve_matches.app.time.monotonic", lambda: time)
    resolve.measure(10)
    first = resolve.module.measures_of("celebrities").distribution
    resolve.measure(10, 20)

    time += 59
    second = resolve.module.measures_of("celebrities").distribution
    time += 2
    third = resolve.module.measures_of("celebrities").distribution

    assert (first, second, third) == ([10], [10], [10, 20])


def test_first_measures_of_a_pack_count_at_once(resolve: ResolveMatches) -> None:
    empty = resolve.module.measures_of("celebrities").distribution
    resolve.measure(10)

    assert (empty, resolve.module.measures_of("celebrities").distribution) == ([], [10])


def test_result_is_logged_without_naming_anyone(
    capsys: pytest.CaptureFixture[str], resolve: ResolveMatches
) -> None:
    resolve((resolve.add("ada"), 20.0))

    output = capsys.readouterr().out
    log = json.loads(output)
    assert (log["celebrities"], log["method"]) == (1, "faces")
    assert log["match"] == reference_to(KEY.split("/")[1])
    assert "ada" not in output.lower()
    assert KEY not in output


def test_pack_that_is_not_measured_yet_resembles_by_similarity(resolve: ResolveMatches) -> None:
    (celebrity,) = resolve((resolve.add("ada"), 20.0))["celebrities"]

    assert celebrity["resemblance"] == 20


def test_one_in_is_read_from_the_packs_curve(resolve: ResolveMatches) -> None:
    ada = resolve.add("ada")
    resolve.curve = histogram_of([10.0] * 990 + [60.0] * 10 + [80.0] * 40)
    resolve.measure(30)

    (celebrity,) = resolve((ada, 70.0))["celebrities"]

    assert celebrity["one_in"] == 26  # 1,040 pairs, 40 of them above


def test_all_portraits_of_a_person_count(resolve: ResolveMatches) -> None:
    one, two, bea = resolve.add("ada-1"), resolve.add("ada-2"), resolve.add("bea")

    first, second = resolve((one, 60.0), (bea, 50.0), (two, 10.0))["celebrities"]

    assert (first["name"], second["name"]) == ("Bea", "Ada")
    assert second["similarity"] == pytest.approx(fold([60, 10]), abs=1e-5)
    assert second["portrait_key"] == "celebrities/ada-1.png"


@pytest.mark.parametrize(("second", "certainty"), [(20.0, "clear"), (39.0, "close"), (33.0, None)])
def test_certainty_is_the_lead_of_the_first(
    resolve: ResolveMatches, second: float, certainty: str | None
) -> None:
    ada, bea = resolve.add("ada"), resolve.add("bea")

    assert resolve((ada, 40.0), (bea, second))["support"]["certainty"] == certainty


def test_landmarks_have_no_certainty_and_no_pairs(resolve: ResolveMatches) -> None:
    for name in ("ada", "bea"):
        resolve.add(name)
    resolve.curve = histogram_of([10.0] * 1000)
    resolve.measure(30)

    result = resolve()

    assert result["method"] == "landmarks"
    assert result["support"]["certainty"] is None
    assert [one["one_in"] for one in result["celebrities"]] == [None, None]


# Several photographs of one person


def test_scores_of_a_photograph_are_stored_for_every_person(
    resolve: ResolveMatches, claim: Callable[..., str], scores: ScoreStore
) -> None:
    one, two, bea = resolve.add("ada-1"), resolve.add("ada-2"), resolve.add("bea")
    match_id = claim()

    resolve((one, 60.0), (bea, 50.0), (two, 10.0), key=f"selfies/{match_id}")

    ada = fold([60, 10])
    assert scores.read([match_id]) == {match_id: pytest.approx({"ada": ada, "bea": 50}, abs=1e-5)}


def test_later_photograph_is_fused_with_the_earlier_ones(
    resolve: ResolveMatches,
    claim: Callable[..., str],
    workflow: Workflow,
    scores: ScoreStore,
) -> None:
    ada, bea = resolve.add("ada"), resolve.add("bea")
    first = claim()
    workflow.store(first, **resolve((ada, 70.0), (bea, 20.0), key=f"selfies/{first}"))
    second = claim(together_with=(first,))

    result = resolve((ada, 30.0), (bea, 40.0), key=f"selfies/{second}")

    best, other = result["celebrities"]
    assert (best["name"], other["name"]) == ("Ada", "Bea")
    assert best["similarity"] == pytest.approx(fold([70, 30]), abs=1e-5)
    assert other["similarity"] == pytest.approx(fold([20, 40]), abs=1e-5)
    assert result["support"] == {
        "certainty": "clear",
        "selfies": 2,
        "agree": 1,
        "one_person": None,
    }
    assert scores.read([second]) == {second: {"ada": 30.0, "bea": 40.0}}  # never the fused ones


@pytest.mark.parametrize(("steps", "told"), [(7, True), (5, False)])
def test_photograph_of_another_person_is_told(
    resolve: ResolveMatches,
    claim: Callable[..., str],
    workflow: Workflow,
    steps: int,
    told: bool,
) -> None:
    ids = [resolve.add(f"person{number}") for number in range(FEWEST_TELLING)]
    first = claim()
    one = [(i, 2.0 + number % 7) for number, i in enumerate(ids)]
    workflow.store(first, **resolve(*one, key=f"selfies/{first}"))
    second = claim(together_with=(first,))

    other = [(i, 2.0 + number % steps) for number, i in enumerate(ids)]
    result = resolve(*other, key=f"selfies/{second}")

    assert result["support"]["one_person"] is told


def test_full_reply_does_not_tell_whether_photographs_show_one_person(
    resolve: ResolveMatches,
    claim: Callable[..., str],
    workflow: Workflow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resolve.module, "SEARCHED_FACES", FEWEST_TELLING)
    found = [(resolve.add(f"person{number}"), 2.0 + number) for number in range(FEWEST_TELLING)]
    first = claim()
    workflow.store(first, **resolve(*found, key=f"selfies/{first}"))
    second = claim(together_with=(first,))

    result = resolve(*found, key=f"selfies/{second}")

    assert result["support"]["one_person"] is None


def test_person_without_a_score_of_one_photograph_is_averaged_over_the_others(
    resolve: ResolveMatches, claim: Callable[..., str], workflow: Workflow
) -> None:
    ada = resolve.add("ada")
    first = claim()
    workflow.store(first, **resolve((ada, 70.0), key=f"selfies/{first}"))
    bea = resolve.add("bea")  # added after the first photograph
    second = claim(together_with=(first,))

    result = resolve((ada, 30.0), (bea, 60.0), key=f"selfies/{second}")

    similarities = {one["name"]: one["similarity"] for one in result["celebrities"]}
    assert similarities == pytest.approx({"Ada": fold([70, 30]), "Bea": 60}, abs=1e-5)


def test_match_that_is_deleted_before_the_search_does_not_count(
    resolve: ResolveMatches,
    claim: Callable[..., str],
    workflow: Workflow,
    matches: MatchStore,
) -> None:
    ada = resolve.add("ada")
    first = claim()
    workflow.store(first, **resolve((ada, 70.0), key=f"selfies/{first}"))
    second = claim(together_with=(first,))
    matches.delete(first, "ada's id")

    result = resolve((ada, 30.0), key=f"selfies/{second}")

    assert result["support"]["selfies"] == 1
    assert result["celebrities"][0]["similarity"] == 30.0


def test_match_that_is_deleted_while_it_is_resolved_keeps_no_scores(
    resolve: ResolveMatches, claim: Callable[..., str], matches: MatchStore, cloud: Cloud
) -> None:
    ada, match_id = resolve.add("ada"), claim()
    matches.delete(match_id, "ada's id")

    resolve((ada, 30.0), key=f"selfies/{match_id}")

    assert cloud.items("MatchesTable") == []


# Among whom


def test_only_people_of_the_group_are_ranked(
    resolve: ResolveMatches, claim: Callable[..., str]
) -> None:
    ada, bob = resolve.add("ada", gender="female"), resolve.add("bob", gender="male")
    cam = resolve.add("cam", gender="other")
    found = ((bob, 90.0), (cam, 80.0), (ada, 20.0))

    results = {
        group: names(resolve(*found, key=f"selfies/{claim(among=group)}"))
        for group in ("everyone", "women", "men")
    }

    assert results == {"everyone": ["Bob", "Cam", "Ada"], "women": ["Ada"], "men": ["Bob"]}


def test_numbers_stay_those_of_the_whole_pack(
    resolve: ResolveMatches, claim: Callable[..., str]
) -> None:
    ada, bob = resolve.add("ada", gender="female"), resolve.add("bob", gender="male")
    resolve.curve = histogram_of([10.0] * 1000)
    resolve.measure(*[10] * 10)

    everyone = resolve((ada, 20.0), (bob, 10.0), key=f"selfies/{claim()}")
    women = resolve((ada, 20.0), (bob, 10.0), key=f"selfies/{claim(among='women')}")

    assert women["celebrities"][0] == everyone["celebrities"][0]


def test_one_labelled_portrait_of_a_person_is_enough(
    resolve: ResolveMatches, claim: Callable[..., str]
) -> None:
    one, two = resolve.add("ada-1", gender="female"), resolve.add("ada-2")

    result = resolve((one, 20.0), (two, 60.0), key=f"selfies/{claim(among='women')}")

    (ada,) = result["celebrities"]
    assert ada["similarity"] == pytest.approx(fold([20, 60]), abs=1e-5)


def test_group_without_people_is_an_empty_catalog(
    resolve: ResolveMatches, claim: Callable[..., str]
) -> None:
    bob = resolve.add("bob", gender="male")

    with pytest.raises(CatalogEmpty):
        resolve((bob, 20.0), key=f"selfies/{claim(among='women')}")


def test_a_newer_workflow_may_pass_more(resolve: ResolveMatches) -> None:
    read = resolve.read(**EVENT, more="of a later version")

    assert (read.version, read.faces) == ("v1", [FoundFace("p1", 99.0)])


@pytest.mark.parametrize("lacking", sorted(EVENT))
def test_an_event_that_lacks_something_is_an_error_that_quotes_none_of_it(
    resolve: ResolveMatches, lacking: str
) -> None:
    with pytest.raises(KeyError) as caught:
        resolve.read(**{name: value for name, value in EVENT.items() if name != lacking})

    assert str(caught.value) == repr(lacking)
