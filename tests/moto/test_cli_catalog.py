"""`lookalike catalog import`, `list`, `remove`, `check` and `reindex`, as they are typed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from rich.console import Console

from catalog import removing
from catalog.cache import Cache
from catalog.deployed import RETIREMENT
from catalog.folder import read_folder
from catalog.removed import Removed
from cli import catalog as catalog_commands
from cli import main as cli
from cli import terminal
from cli.terminal import words_for_errors
from local.errors import LocalError
from local.state import StateFolder
from lookalike.errors import PortraitChanged
from lookalike.portrait_files import Caption
from lookalike.portraits import portrait_id_of
from lookalike.ranking import Attribution
from tests.moto.cloud import REGION, hooked, outputs_of
from tests.moto.conftest import Clock
from tests.moto.deployed_catalog import Stage
from tests.recogniser import COLLECTION, NO_FACE, picture

ADA, BEA = "celebrities/Ada.png", "celebrities/Beyoncé.png"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def stage(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stack that every command reaches."""
    monkeypatch.setattr(catalog_commands, "reach", lambda *_: (outputs_of(stage.cloud), None))
    return stage


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    """What the commands keep."""
    (tmp_path / "state").mkdir()
    return StateFolder(tmp_path / "state")


@pytest.fixture
def run(
    state: StateFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Type a command; gives its exit code and all that it says."""
    monkeypatch.setattr(terminal, "console", Console(highlight=False, width=200))

    def type_in(*words: str | Path) -> tuple[int, str]:
        monkeypatch.setattr(
            "sys.argv", ["lookalike", "catalog", *map(str, words), "--state", str(state.path)]
        )
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out + said.err

    return type_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    (made / "Ada.png").write_bytes(picture(10))
    (made / "Beyoncé.png").write_bytes(picture(20))
    return made


@pytest.fixture
def filled(stage: Stage, folder: Path) -> Stage:
    """The stack with two people in its default pack."""
    stage.bring(read_folder(folder))
    stage.work()
    return stage


def cells(line: str) -> list[str]:
    """The cells of a table's row."""
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


# import


def test_folder_is_imported_into_a_pack_that_is_made(run: Run, stage: Stage, folder: Path) -> None:
    code, said = run("import", folder, "--pack", "film-stars", "--title", "Звёзды кино")

    assert (code, said.splitlines()[-1]) == (0, "film-stars: 2 imported")
    assert stage.names("film-stars") == ["Ada", "Beyoncé"]
    assert stage.packs.read("film-stars").title == "Звёзды кино"


def test_folder_is_imported_into_the_celebrities_where_no_pack_is_named(
    run: Run, stage: Stage, folder: Path
) -> None:
    assert run("import", folder)[0] == 0

    assert stage.names() == ["Ada", "Beyoncé"]


def test_second_import_says_that_nothing_changed(run: Run, filled: Stage, folder: Path) -> None:
    code, said = run("import", folder)

    assert (code, said.splitlines()[-1]) == (0, "celebrities: 2 unchanged")
    assert filled.names() == ["Ada", "Beyoncé"]


def test_rejected_portraits_are_named_with_the_reason(run: Run, stage: Stage, folder: Path) -> None:
    (folder / "[red]Dot.png").write_bytes(picture(NO_FACE))
    (folder / "Zoë.png").write_bytes(picture(10, width=120))

    code, said = run("import", folder)

    assert code == 1
    assert said.splitlines()[-3:] == [
        "Rejected: Zoë.png: nearly certainly the same face as Ada (Ada.png)",
        "Rejected: [red]Dot.png: We could not find a face in this picture.",
        "celebrities: 2 imported, 2 rejected",
    ]
    assert stage.names() == ["Ada", "Beyoncé"]


@pytest.mark.usefixtures("stage")
def test_what_an_import_passes_over_is_named(run: Run, stage: Stage, folder: Path) -> None:
    (folder / "Dot.heic").touch()
    (folder / "[old]").mkdir()

    code, said = run("import", folder)

    assert code == 0
    assert [line for line in said.splitlines() if line.startswith("Passed over")] == [
        "Passed over: Dot.heic: neither JPEG nor PNG",
        "Passed over: [old]: a subfolder",
    ]
    assert stage.names() == ["Ada", "Beyoncé"]


def test_import_of_no_folder_says_so(run: Run, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"

    assert run("import", nowhere) == (1, f"lookalike: {nowhere} is not a folder\n")


def test_import_into_what_is_no_name_for_a_pack_says_so(
    run: Run, stage: Stage, folder: Path
) -> None:
    code, said = run("import", folder, "--pack", "Film Stars")

    assert code == 1
    assert said.startswith("lookalike: Film Stars is not a name for a pack")
    assert stage.in_bucket() == []


# list


def test_packs_are_listed_with_how_many_they_hold(run: Run, filled: Stage) -> None:
    filled.catalog.ensure_pack("poets", "Ποιητές")
    filled.put("celebrities/Ada_2.png", 30, name="Ada")
    filled.work()
    filled.packs.note_change("poets")

    code, said = run("list")

    rows = [cells(line) for line in said.splitlines()]
    assert code == 0
    assert rows == [
        ["Pack", "Title", "People", "Portraits", "Searched in", "Measured"],
        ["celebrities", "Celebrities", "2", "3", COLLECTION, "yes"],
        ["poets", "Ποιητές", "0", "0", "lookalike-poets", "not yet"],
    ]


def test_people_of_a_pack_are_listed(run: Run, filled: Stage) -> None:
    filled.put("celebrities/Ada_2.png", 30, name="Ada")
    filled.work()

    code, said = run("list", "--pack", "celebrities")

    assert code == 0
    assert [cells(line) for line in said.splitlines()] == [
        ["Id", "Name", "Portraits"],
        ["ada", "Ada", "2"],
        ["beyonce", "Beyoncé", "1"],
    ]


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(
    "command",
    [
        ("list", "--pack", "nobody"),
        ("remove", "--pack", "nobody", "--all"),
        ("check", "--pack", "nobody"),
        ("reindex", "nobody"),
    ],
)
def test_pack_that_is_not_there_is_named(run: Run, command: tuple[str, ...]) -> None:
    code, said = run(*command)

    assert (code, said) == (
        1,
        "lookalike: there is no pack called nobody; `lookalike catalog list` lists them\n",
    )


# remove


def test_person_who_is_removed_from_one_pack_may_come_back(
    run: Run, filled: Stage, folder: Path, state: StateFolder
) -> None:
    filled.catalog.ensure_pack("poets")
    filled.put("poets/Beyoncé.png", 20)
    filled.put("poets/Beyoncé_2.png", 30, name="Beyoncé")
    filled.work()

    code, said = run("remove", "Beyoncé", "--pack", "celebrities")
    again, said_again = run("import", folder)

    assert (code, said) == (0, "Beyoncé is removed from celebrities: 1 portraits\n")
    assert (again, said_again.splitlines()[-1]) == (0, "celebrities: 1 imported, 1 unchanged")
    assert not state.removed.exists()


def test_person_who_is_removed_everywhere_does_not_come_back(
    run: Run, filled: Stage, folder: Path, state: StateFolder
) -> None:
    filled.catalog.ensure_pack("divas")
    filled.bring(read_folder(folder), "divas")

    code, said = run("remove", "Beyoncé")
    imported, _ = run("import", folder)

    assert code == 0
    assert said.splitlines() == [
        f"No build or import from here brings them back: {state.removed}",
        "Beyoncé is removed from celebrities, divas: 2 portraits",
    ]
    assert imported == 1
    assert filled.names() == filled.names("divas") == ["Ada"]
    assert filled.in_bucket() == [ADA, "divas/Ada.png"]
    assert Removed.read(state.removed) == Removed({"beyonce": "Beyoncé"})


def test_what_was_fetched_of_a_removed_person_is_deleted(
    run: Run, stage: Stage, state: StateFolder
) -> None:
    built = state.catalogs / "celebrities"
    built.mkdir(parents=True)
    (built / "Ada_Q7259.png").write_bytes(picture(10))
    (built / "catalog.csv").write_text(
        "file,name,celebrity_id,qid\nAda_Q7259.png,Ada,ada-q7259,Q7259\n"
    )
    cache = Cache(state.wikimedia)
    cache.keep_picture("Q7259", "digest", ".png", picture(10))
    stage.bring(read_folder(built))

    assert run("remove", "ada-q7259")[0] == 0

    assert cache.picture("Q7259", "digest") is None
    assert [path.name for path in built.iterdir()] == ["catalog.csv"]
    assert "Ada" not in (built / "catalog.csv").read_text()


def test_refused_portraits_of_who_is_removed_are_removed_too(run: Run, filled: Stage) -> None:
    filled.put("celebrities/Beyoncé_2.png", NO_FACE, name="Beyoncé")
    filled.work()

    assert run("remove", "Beyoncé")[0] == 0

    assert filled.in_bucket() == [ADA]


def test_wish_to_be_removed_is_remembered_though_the_removal_is_cut_off(
    run: Run, filled: Stage, state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "POLL", 0.4 * removing.PATIENCE)
    filled.stopped = True

    code, said = run("remove", "Beyoncé")

    assert code == 1
    assert "the pipeline has not noticed yet" in said
    assert Removed.read(state.removed).has("beyonce", "Beyoncé")


def test_every_spelling_of_who_is_removed_goes_and_stays_out(
    run: Run, filled: Stage, folder: Path
) -> None:
    (folder / "BEYONCE.png").write_bytes(picture(20, width=120))
    filled.bring(read_folder(folder))

    code, said = run("remove", "beyonce\u0301")

    assert (code, said.splitlines()[-1]) == (0, "BEYONCE is removed from celebrities: 2 portraits")
    assert filled.names() == ["Ada"]
    assert run("import", folder)[1].splitlines()[-1] == "celebrities: 1 unchanged, 2 rejected"


def test_several_people_of_one_name_are_left_until_one_is_named_by_id(
    run: Run, filled: Stage, state: StateFolder
) -> None:
    known = filled.record(BEA)
    assert known.portrait is not None
    renamed = replace(known.portrait, name="Ada", attribution=Attribution())
    filled.records.replace(known, replace(known, portrait=renamed))

    code, said = run("remove", "Ada")

    words = "lookalike: several people are called Ada; name one by id: ada, beyonce\n"
    assert (code, said) == (1, words)
    assert filled.in_bucket() == [ADA, BEA]
    assert not state.removed.exists()


def test_pack_is_removed(run: Run, filled: Stage) -> None:
    filled.catalog.ensure_pack("poets")
    filled.put("poets/Ada.png", 10)
    filled.work()

    assert run("remove", "--pack", "poets", "--all") == (0, "poets is removed\n")

    assert [pack.name for pack in filled.packs.all()] == ["celebrities"]
    assert filled.in_bucket() == [ADA, BEA]


def test_removing_nothing_by_name_removes_nothing(run: Run, filled: Stage) -> None:
    code, said = run("remove")

    assert code == 1
    assert said.startswith("lookalike: name a person;")
    assert filled.in_bucket() == [ADA, BEA]


def test_forgetting_the_person_does_not_remove_the_pack(run: Run, filled: Stage) -> None:
    code, said = run("remove", "--pack", "celebrities")

    assert code == 1
    assert "--pack PACK --all" in said
    assert filled.in_bucket() == [ADA, BEA]


@pytest.mark.parametrize("words", [(), ("Ada",), ("Ada", "--pack", "celebrities")])
def test_all_is_of_a_pack_that_is_named_and_of_no_person(
    run: Run, filled: Stage, words: tuple[str, ...]
) -> None:
    code, said = run("remove", *words, "--all")

    assert (code, said) == (
        1,
        "lookalike: --all removes a whole pack: name one with --pack, and no person\n",
    )
    assert filled.in_bucket() == [ADA, BEA]


def test_person_who_is_not_there_is_not_kept_out(
    run: Run, filled: Stage, state: StateFolder
) -> None:
    code, said = run("remove", "Zoë")

    assert (code, said) == (1, "lookalike: no person is called Zoë in celebrities\n")
    assert not state.removed.exists()
    assert filled.in_bucket() == [ADA, BEA]


# check


def lose_all_faces(stage: Stage) -> None:
    ids = [*(stage.catalog.indexed_faces(COLLECTION) or {})]
    stage.catalog.rekognition.delete_faces(CollectionId=COLLECTION, FaceIds=ids)


def test_clean_pack_is_reported_as_clean(run: Run, filled: Stage) -> None:
    filled.catalog.ensure_pack("poets")

    assert run("check") == (
        0,
        "celebrities: clean, 2 portraits and as many faces\n"
        "poets: clean, 0 portraits and as many faces\n",
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("check",), "Checking celebrities, 1 of 1"),
        (("list",), "Reading the catalog"),
        (("list", "--pack", "celebrities"), "Reading the catalog"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_terminal_shows_that_the_command_is_at_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], words: str
) -> None:
    console = Console(highlight=False, width=200, force_terminal=True)
    monkeypatch.setattr(terminal, "console", console)

    code, said = run(*command)

    assert code == 0
    assert words in said


def test_every_kind_of_fault_is_named(run: Run, filled: Stage) -> None:
    old = filled.catalog.face_model(COLLECTION)
    stray = filled.record(ADA).indexed_faces[COLLECTION].face_id
    filled.records.replace(filled.record(ADA), None)
    filled.catalog.erase([ADA])
    filled.put("celebrities/Cam.png", 30)
    filled.work()
    filled.catalog.erase(["celebrities/Cam.png"])
    filled.put("celebrities/Dot.png", 40)
    filled.lose_events()
    filled.catalog.rekognition.delete_faces(
        CollectionId=COLLECTION, FaceIds=[filled.record(BEA).indexed_faces[COLLECTION].face_id]
    )
    pack = replace(filled.packs.read("celebrities"), next_collection="lookalike-celebrities-2")
    filled.packs.save(pack)
    filled.get_new_face_model()

    code, said = run("check")

    remedy = "lookalike catalog reindex celebrities"
    assert code == 1
    assert said.splitlines() == [
        "celebrities: 1 not indexed: celebrities/Dot.png",
        "celebrities: 1 listed and not there: celebrities/Cam.png",
        f"celebrities: 1 without a face in the collection: {BEA}",
        f"celebrities: 1 faces of no portrait: {stray}",
        "celebrities: 1 collections that are missing: lookalike-celebrities-2",
        f"celebrities: face model {old} is not the newest: {remedy}",
        f"celebrities: lookalike-celebrities-2 is not filled: {remedy}",
    ]


def test_many_faults_are_counted_and_the_first_named(run: Run, stage: Stage) -> None:
    for number in range(7):
        stage.put(f"celebrities/{number}.png", 10 + number)

    code, said = run("check")

    named = ", ".join(f"celebrities/{number}.png" for number in range(5))
    assert (code, said) == (1, f"celebrities: 7 not indexed: {named} and 2 more\n")


def test_what_is_no_fault_is_printed_too(run: Run, filled: Stage) -> None:
    filled.put("celebrities/Cam.png", NO_FACE)
    filled.put("celebrities/Zoë.png", content=picture(10, width=120))
    filled.work()

    code, said = run("check")

    assert code == 0
    assert said.splitlines() == [
        "celebrities: celebrities/Cam.png is not matched against: no_face",
        f"celebrities: {ADA} and celebrities/Zoë.png seem to show one person (100.0)",
        "celebrities: clean, 3 portraits and as many faces",
    ]


def test_check_names_people_who_share_an_id(run: Run, filled: Stage) -> None:
    filled.catalog.ensure_pack("poets")
    for pack, shade, name in (("celebrities", 50, "李娜"), ("poets", 60, "丽娜")):
        caption = Caption("li-na", name, Attribution())
        filled.cloud.s3.put_object(
            Bucket=filled.bucket,
            Key=f"{pack}/{name}.png",
            Body=picture(shade),
            Metadata=caption.to_metadata(),
        )
    filled.work()

    code, said = run("check")

    assert code == 0
    assert "li-na is the id of 丽娜 and 李娜: is that one person?" in said.splitlines()
    assert said.count("is the id of") == 1


def test_check_mends_nothing_without_fix(run: Run, filled: Stage) -> None:
    lose_all_faces(filled)

    first, second = run("check"), run("check")

    assert (
        first
        == second
        == (
            1,
            f"celebrities: 2 without a face in the collection: {ADA}, {BEA}\n",
        )
    )


def test_check_with_fix_deletes_a_collection_that_is_retired(
    run: Run, filled: Stage, now: Clock
) -> None:
    old = "lookalike-celebrities-1"
    filled.catalog.create_collection(old)
    retired = {old: int((now.time + RETIREMENT).timestamp())}
    filled.packs.save(replace(filled.packs.read("celebrities"), retired=retired))
    now.pass_by(RETIREMENT + timedelta(seconds=1))

    code, _ = run("check", "--fix")

    assert code == 0
    assert filled.collections() == [COLLECTION]


def test_check_with_fix_prints_and_mends_the_differences(run: Run, filled: Stage) -> None:
    lose_all_faces(filled)

    assert run("check", "--fix") == (
        0,
        f"celebrities: 2 without a face in the collection: {ADA}, {BEA}\n"
        "celebrities: clean, 2 portraits and as many faces\n",
    )
    assert filled.faces() == sorted(map(portrait_id_of, (ADA, BEA)))


def test_what_is_not_mended_in_time_is_printed(
    run: Run, filled: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_commands, "MENDING", 1.5)
    lose_all_faces(filled)
    filled.stopped = True

    code, said = run("check", "--fix")

    line = f"celebrities: 2 without a face in the collection: {ADA}, {BEA}"
    assert (code, said.splitlines()) == (1, [line, line])


def test_new_face_model_is_for_reindexing_and_not_for_mending(run: Run, filled: Stage) -> None:
    old = filled.catalog.face_model(COLLECTION)
    filled.get_new_face_model()

    mended = run("check", "--fix")
    reindexed, _ = run("reindex", "celebrities")
    filled.work()

    remedy = "lookalike catalog reindex celebrities"
    line = f"celebrities: face model {old} is not the newest: {remedy}"
    assert (mended[0], mended[1].splitlines()) == (1, [line, line])
    assert reindexed == 0
    assert run("check")[0] == 0


def test_one_pack_alone_is_checked_where_it_is_named(run: Run, filled: Stage) -> None:
    filled.catalog.ensure_pack("poets")
    lose_all_faces(filled)

    assert run("check", "--pack", "poets") == (
        0,
        "poets: clean, 0 portraits and as many faces\n",
    )


def test_one_pack_that_is_not_clean_is_enough(run: Run, filled: Stage) -> None:
    lose_all_faces(filled)
    filled.catalog.ensure_pack("poets")

    code, said = run("check")

    assert code == 1
    assert said.splitlines()[-1] == "poets: clean, 0 portraits and as many faces"


# reindex


def test_reindexing_says_where_the_pack_is_searched_now(run: Run, filled: Stage) -> None:
    code, said = run("reindex", "celebrities")

    fresh = filled.packs.read("celebrities").collection
    assert code == 0
    assert fresh != COLLECTION
    assert f"celebrities is searched in {fresh} now." in said
    assert "`lookalike catalog check --fix`" in said


# What goes wrong on the way


def test_refusal_of_the_stack_is_reported_in_words(run: Run, stage: Stage) -> None:
    def refuse(parsed: dict[str, object], http_response: object, **_: object) -> None:
        parsed["Error"] = {"Code": "AccessDeniedException", "Message": "not you"}
        http_response.status_code = 403  # type: ignore[attr-defined]

    with hooked(stage.cloud.dynamodb, "after-call.dynamodb.Scan", refuse):
        code, said = run("list")

    assert code == 1
    assert said.startswith("lookalike: the stack refused a call: An error occurred")
    assert "not you" in said


def test_error_without_a_word_is_named() -> None:
    with pytest.raises(LocalError, match=r"^PortraitChanged$"), words_for_errors():
        raise PortraitChanged


@pytest.mark.parametrize("command", [("list",), ("check",), ("reindex", "celebrities")])
def test_without_a_stack_the_way_to_one_is_said(run: Run, command: tuple[str, ...]) -> None:
    code, said = run(*command)

    assert (code, said) == (
        1,
        "lookalike: no local stack runs; start it with `make run`, or name one on AWS with "
        "--stack\n",
    )


def test_stack_that_is_not_on_aws_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(variable, REGION)
    monkeypatch.setattr("local.deployment.read_outputs", lambda _stack: None)

    assert run("list", "--stack", "nowhere") == (
        1,
        "lookalike: there is no stack called nowhere\n",
    )


def test_stack_on_aws_needs_a_region(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    assert run("list", "--stack", "lookalike") == (
        1,
        "lookalike: no AWS region is set for the stack lookalike; set AWS_REGION\n",
    )


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_region_is_taken_from_either_variable(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.setenv(variable, "")  # the command sets the first two, which this undoes
        monkeypatch.delenv(variable)
    monkeypatch.setenv(name, "eu-west-3")
    regions: list[str | None] = []

    def read(_stack: str) -> None:
        regions.append(boto3.Session().region_name)

    monkeypatch.setattr("local.deployment.read_outputs", read)

    run("list", "--stack", "nowhere")

    assert regions == ["eu-west-3"]
