from dataclasses import replace

import pytest

from catalog import removing
from catalog.folder import CatalogError
from catalog.removing import find_person, remove_keys, remove_pack
from lookalike.errors import UnknownPack
from lookalike.portrait_files import Caption
from lookalike.portraits import portrait_id_of
from lookalike.ranking import Attribution
from tests.moto.deployed_catalog import Stage
from tests.recogniser import COLLECTION, NO_FACE, picture

ADA, ADA_2, BEA = "celebrities/Ada.png", "celebrities/Ada_2.png", "celebrities/Beyoncé.png"
SAPPHO, POET = "poets/Σαπφώ.png", "poets/Ada.png"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """Two packs, and Ada in both."""
    stage.catalog.ensure_pack("poets")
    for shade, key in ((10, ADA), (20, BEA), (10, POET), (40, SAPPHO)):
        stage.put(key, shade)
    stage.put(ADA_2, 50, name="Ada")
    stage.work()
    return stage


def found(stage: Stage, who: str, pack: str | None = None) -> list[str]:
    return sorted(find_person(stage.catalog, who, pack).keys)


# Finding a person


@pytest.mark.parametrize("who", ["ada", "Ada"])
def test_person_is_found_in_every_pack_by_id_and_by_name(stage: Stage, who: str) -> None:
    assert found(stage, who) == [ADA, ADA_2, POET]


@pytest.mark.parametrize(("who", "key"), [("Beyoncé", BEA), ("Σαπφώ", SAPPHO)])
def test_person_is_found_by_a_name_in_any_script(stage: Stage, who: str, key: str) -> None:
    assert found(stage, who) == [key]


@pytest.mark.parametrize(
    "who", ["BEYONCÉ", "beyonce", "Bey-oncé", "B.e.y\u2019oncé", "Beyonce\u0301"]
)
def test_person_is_found_with_every_spelling_by_any(stage: Stage, who: str) -> None:
    other = "poets/BEYONCE.png"
    stage.put(other, 70, name="BEYONCE")
    stage.work()

    assert found(stage, who) == [BEA, other]


def test_people_whose_names_sound_alike_are_found_alone(stage: Stage) -> None:
    for shade, name in ((70, "王伟"), (80, "汪伟")):
        stage.put(f"poets/{name}.png", shade, name=name)
    stage.work()

    assert found(stage, "王伟") == ["poets/王伟.png"]
    assert found(stage, "汪伟") == ["poets/汪伟.png"]


def test_name_does_not_tell_who_is_meant_where_people_share_an_id(stage: Stage) -> None:
    for shade, name in ((70, "李娜"), (80, "丽娜")):
        caption = Caption("li-na", name, Attribution())
        stage.cloud.s3.put_object(
            Bucket=stage.bucket,
            Key=f"poets/{name}.png",
            Body=picture(shade),
            Metadata=caption.to_metadata(),
        )
    stage.work()

    with pytest.raises(CatalogError, match=r"^li-na is the id of 丽娜 and 李娜\. If that is one"):
        find_person(stage.catalog, "李娜")

    assert found(stage, "li-na") == ["poets/丽娜.png", "poets/李娜.png"]


def test_person_is_found_in_one_pack_only_where_it_is_named(stage: Stage) -> None:
    assert found(stage, "Ada", "poets") == [POET]


@pytest.mark.parametrize("who", ["Nobody", "ad", "Ada Lovelace", ""])
def test_person_who_is_not_there_is_not_found(stage: Stage, who: str) -> None:
    with pytest.raises(CatalogError, match=f"no person is called {who} in celebrities, poets"):
        find_person(stage.catalog, who)


def test_person_who_is_not_in_the_pack_named_is_not_found(stage: Stage) -> None:
    with pytest.raises(CatalogError, match="no person is called Beyoncé in poets"):
        find_person(stage.catalog, "Beyoncé", "poets")


def test_several_people_of_one_name_are_distinguished_by_id(stage: Stage) -> None:
    stage.put("poets/Ada-3.png", 60, name="Ada")
    stage.work()
    known = stage.record("poets/Ada-3.png")
    assert known.portrait is not None
    other = replace(known.portrait, celebrity_id="ada-q7259")
    stage.records.replace(known, replace(known, portrait=other))

    with pytest.raises(
        CatalogError, match="several people are called Ada; name one by id: ada, ada-q7259"
    ):
        find_person(stage.catalog, "Ada")

    assert found(stage, "ada-q7259") == ["poets/Ada-3.png"]
    assert found(stage, "ada") == [ADA, ADA_2, POET]


# Removing portraits


def test_removed_portraits_leave_nothing(stage: Stage) -> None:
    stage.put(ADA, 60)
    stage.work()

    remove_keys(stage.catalog, [ADA, POET])

    assert stage.in_bucket() == sorted([ADA_2, BEA, SAPPHO])
    assert stage.records.records_of(map(portrait_id_of, (ADA, POET))) == {}
    assert stage.faces() == sorted(map(portrait_id_of, (ADA_2, BEA)))
    assert stage.faces("lookalike-poets") == [portrait_id_of(SAPPHO)]


def test_refused_portrait_is_removed(stage: Stage) -> None:
    stage.put(BEA, NO_FACE)
    stage.work()

    remove_keys(stage.catalog, [BEA])

    assert BEA not in stage.in_bucket()
    assert stage.records.record(portrait_id_of(BEA)) is None


def test_portrait_that_the_pipeline_has_not_seen_is_removed(stage: Stage) -> None:
    stage.put("celebrities/Dot.png", 60)
    stage.lose_events()

    remove_keys(stage.catalog, ["celebrities/Dot.png"])

    assert "celebrities/Dot.png" not in stage.in_bucket()


def test_portrait_is_removed_though_its_events_are_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase = stage.catalog.erase

    def erase_unnoticed(keys: list[str]) -> None:
        erase(keys)
        stage.lose_events()

    monkeypatch.setattr(stage.catalog, "erase", erase_unnoticed)

    remove_keys(stage.catalog, [ADA])

    assert stage.records.record(portrait_id_of(ADA)) is None


def test_nothing_to_remove_is_no_error(stage: Stage) -> None:
    remove_keys(stage.catalog, [])

    assert len(stage.in_bucket()) == 5


def test_removal_that_the_pipeline_does_not_notice_says_so_and_can_be_asked_for_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "POLL", 0.4 * removing.PATIENCE)
    stage.stopped = True

    with pytest.raises(CatalogError, match="the pipeline has not noticed yet"):
        remove_keys(stage.catalog, [ADA])

    assert ADA not in stage.in_bucket()
    stage.stopped = False
    remove_keys(stage.catalog, [ADA])
    assert stage.records.record(portrait_id_of(ADA)) is None


# Removing packs


def test_removed_pack_leaves_nothing(stage: Stage) -> None:
    stage.put("poets/nobody.png", NO_FACE)
    stage.put(SAPPHO, 60)
    stage.work()

    remove_pack(stage.catalog, "poets")
    stage.work()

    assert [pack.name for pack in stage.packs.all()] == ["celebrities"]
    assert stage.in_bucket() == sorted([ADA, ADA_2, BEA])
    assert {item["key"]["S"] for item in stage.cloud.items("PortraitsTable")} == {ADA, ADA_2, BEA}
    assert stage.collections() == [COLLECTION]


def test_every_collection_of_a_removed_pack_is_deleted(stage: Stage) -> None:
    others = ("lookalike-poets-2", "lookalike-poets-0")
    for name in others:
        stage.catalog.create_collection(name)
    pack = stage.packs.read("poets")
    stage.packs.save(replace(pack, next_collection=others[0], retired={others[1]: 2**40}))

    remove_pack(stage.catalog, "poets")

    assert stage.collections() == [COLLECTION]


def test_what_was_deleted_from_a_pack_before_goes_with_it_for_good(stage: Stage) -> None:
    stage.cloud.s3.delete_object(Bucket=stage.bucket, Key=SAPPHO)
    stage.work()

    remove_pack(stage.catalog, "poets")

    assert stage.in_bucket() == sorted([ADA, ADA_2, BEA])


def test_default_pack_is_emptied_and_stays(stage: Stage) -> None:
    stage.packs.save(replace(stage.packs.read("celebrities"), title="Звёзды"))

    remove_pack(stage.catalog, "celebrities")

    pack = stage.packs.read("celebrities")
    assert (pack.title, pack.collection) == ("Звёзды", COLLECTION)
    assert stage.names() == stage.faces() == []
    assert stage.in_bucket() == sorted([SAPPHO, POET])
    assert stage.names("poets") == ["Ada", "Σαπφώ"]


def test_unknown_pack_cannot_be_removed(stage: Stage) -> None:
    with pytest.raises(UnknownPack):
        remove_pack(stage.catalog, "nobody")

    assert len(stage.in_bucket()) == 5


def test_removal_of_a_pack_that_was_cut_off_is_finished_by_the_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "POLL", 0.4 * removing.PATIENCE)
    stage.stopped = True
    with pytest.raises(CatalogError):
        remove_pack(stage.catalog, "poets")
    stage.stopped = False

    remove_pack(stage.catalog, "poets")

    assert [pack.name for pack in stage.packs.all()] == ["celebrities"]
    assert stage.collections() == [COLLECTION]


def test_change_that_is_noted_late_does_not_bring_a_removed_pack_back(stage: Stage) -> None:
    remove_pack(stage.catalog, "poets")

    stage.packs.note_change("poets")

    assert [pack.name for pack in stage.packs.all()] == ["celebrities"]
