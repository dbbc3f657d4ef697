"""`lookalike catalog` on a running stack: import, interrupted import, check, reindex, remove."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PIL import Image, ImageEnhance

from local.state import ROOT
from lookalike.portraits import portrait_id_of
from tests.conftest import NewState
from tests.pictures import encode, open_face, scenery, two_faces
from tests.running_stack import FINISHING, RunningStack, wait_for

MIRRORED = Image.Transpose.FLIP_LEFT_RIGHT
PEOPLE = ("Beyoncé", "Björk", "章子怡", "Ada_Lovelace", "Zoë_Ünal", "Émile_Zola")
"""Not whom the starter portraits show; they lend their faces."""
EACH = 8
"""Portraits of each of them."""
HALF = 20
"""Portraits indexed when an import is cut off, about."""


@pytest.fixture(scope="module")
def own(new_state: NewState) -> Iterator[RunningStack]:
    """A stack to import into, and to kill."""
    running = RunningStack(new_state())
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture(scope="module")
def folder(portraits: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Several different portraits of each of a few people."""
    folder = tmp_path_factory.mktemp("catalog")
    for name, path in zip(PEOPLE, portraits, strict=True):
        face = open_face(path, side=400)
        for number in range(EACH):
            picture = ImageEnhance.Brightness(face).enhance(0.8 + 0.05 * number)
            if number % 2:
                picture = picture.transpose(MIRRORED)
            (folder / f"{name}_{number + 1}.jpg").write_bytes(encode(picture))
    return folder


def catalog(stack: RunningStack, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "cli.main", "catalog", *arguments),
            *("--state", str(stack.state)),
        ],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(stack: RunningStack, *arguments: str) -> tuple[int, str]:
    """Run a catalog command; return its exit code and what it said."""
    process = catalog(stack, *arguments)
    said, _ = process.communicate(timeout=240)
    return process.returncode, said


def collection(stack: RunningStack, pack: str) -> str:
    key: Any = {"pack": {"S": pack}}
    found = stack.dynamodb.get_item(
        TableName=stack.outputs.packs_table, Key=key, ConsistentRead=True
    )
    return found["Item"]["collection"]["S"]


def faces(stack: RunningStack, pack: str) -> list[str]:
    """List the portrait ids of a pack's faces."""
    return stack.faces(collection(stack, pack))


def portrait_ids(pack: str, folder: Path) -> list[str]:
    return sorted(portrait_id_of(f"{pack}/{path.name}") for path in folder.glob("*.jpg"))


def play(stack: RunningStack, pack: str, photo: bytes) -> dict[str, Any]:
    created = stack.create(pack=pack)
    assert stack.upload(created["upload"], photo).status_code == 204
    return stack.wait(created["match_id"])


def kill_import(stack: RunningStack, process: "subprocess.Popen[str]") -> None:
    del stack
    process.kill()
    process.communicate()


def kill_recogniser(stack: RunningStack, process: "subprocess.Popen[str]") -> None:
    os.kill(children(stack)["rekognition"], signal.SIGKILL)
    process.communicate(timeout=120)
    wait_for(lambda: "was started again" in stack.output.read_text(), FINISHING)


def kill_stack(stack: RunningStack, process: "subprocess.Popen[str]") -> None:
    del process
    killed = [stack.process.pid, *children(stack).values()]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    stack.process.wait(60)
    stack.start()


def children(stack: RunningStack) -> dict[str, int]:
    """Return the process ids of a stack's services, by their modules."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(stack.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {
        module: int(line.split()[0])
        for line in listed.splitlines()
        for module in ("rekognition", "local.aws.launch")
        if module in line
    }


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes as Linux lists them")
@pytest.mark.parametrize(
    "kill", [kill_import, kill_recogniser, kill_stack], ids=lambda f: f.__name__
)
def test_what_is_killed_halfway_is_finished_by_running_it_again(
    own: RunningStack, folder: Path, kill: Any
) -> None:
    pack = kill.__name__.replace("_", "-")
    process = catalog(own, "import", str(folder), "--pack", pack)
    wait_for(lambda: indexed(own, pack) >= HALF, FINISHING)

    kill(own, process)
    cut_off = indexed(own, pack)
    code, said = run(own, "import", str(folder), "--pack", pack)

    # A recogniser that was killed is started again, and the import may go on with it.
    assert cut_off < len(PEOPLE) * EACH or kill is kill_recogniser, "it was not cut off"
    assert code == 0, said
    assert "unchanged" in said, said
    assert faces(own, pack) == portrait_ids(pack, folder)
    code, said = run(own, "check", "--pack", pack)
    assert code == 0, said
    assert f"clean, {len(PEOPLE) * EACH} portraits" in said
    if process.returncode is None:  # it still asks where the killed stack was
        process.kill()
        process.communicate()


def indexed(stack: RunningStack, pack: str) -> int:
    return int(
        stack.dynamodb.query(
            TableName=stack.outputs.portraits_table,
            IndexName="by_pack",
            KeyConditionExpression="pack = :pack",
            ExpressionAttributeValues={":pack": {"S": pack}},
            Select="COUNT",
        )["Count"]
    )


@pytest.fixture(scope="module")
def friends(own: RunningStack, folder: Path) -> str:
    """A pack of the folder's portraits."""
    code, said = run(own, "import", str(folder), "--pack", "friends", "--title", "Fräulein & Co.")
    assert code == 0, said
    return "friends"


def test_a_second_import_sends_and_indexes_nothing(
    own: RunningStack, folder: Path, friends: str
) -> None:
    before = own.recogniser_calls()

    code, said = run(own, "import", str(folder), "--pack", friends)

    assert code == 0
    assert f"{len(PEOPLE) * EACH} unchanged" in said
    assert own.recogniser_calls().get("IndexFaces") == before.get("IndexFaces")


def test_each_bad_portrait_is_refused_with_its_reason_and_the_rest_imported(
    own: RunningStack, portraits: list[Path], tmp_path: Path
) -> None:
    good, other = open_face(portraits[0], side=400), open_face(portraits[1], side=400)
    thumbnail = good.copy()
    thumbnail.thumbnail((60, 60))
    (tmp_path / "Grace_Hopper.jpg").write_bytes(encode(good))
    (tmp_path / "章子怡.jpg").write_bytes(encode(other))
    (tmp_path / "Wide_Valley.jpg").write_bytes(encode(scenery()))
    (tmp_path / "Twin_Sisters.jpg").write_bytes(encode(two_faces(good)))
    (tmp_path / "Cut_Short.jpg").write_bytes(encode(other)[:5000])
    (tmp_path / "Stage_Name.jpg").write_bytes(encode(good.resize((350, 350)), quality=80))
    (tmp_path / "Small_Print.jpg").write_bytes(encode(thumbnail))

    code, said = run(own, "import", str(tmp_path), "--pack", "mixed")

    assert code == 1
    assert "2 imported, 5 rejected" in said
    assert "Wide_Valley.jpg: We could not find a face" in said
    assert "Twin_Sisters.jpg: There is more than one face" in said
    assert "Cut_Short.jpg: This file is not a picture we can read" in said
    assert "Stage_Name.jpg: nearly certainly the same face as Grace Hopper" in said
    assert "Small_Print.jpg: This picture is too small" in said
    names = {one["name"] for one in people(own, "mixed")}
    assert names == {"Grace Hopper", "章子怡"}


def people(stack: RunningStack, pack: str) -> list[dict[str, Any]]:
    listed = stack.call("GET", f"/celebrities?pack={pack}").json()["celebrities"]
    return [dict(one) for one in listed]


def test_packs_are_listed_and_matched_against_side_by_side(
    own: RunningStack, folder: Path, friends: str
) -> None:
    wait_for(lambda: portraits_of(own, friends) == len(PEOPLE) * EACH, FINISHING)
    photo = (folder / "章子怡_2.jpg").read_bytes()

    match = play(own, friends, photo)

    packs = {one["pack"]: one["title"] for one in own.call("GET", "/packs").json()["packs"]}
    assert packs["celebrities"] == "Celebrities"
    assert packs[friends] == "Fräulein & Co."
    assert match["celebrities"][0]["name"] == "章子怡"
    most_similar = portrait_id_of(f"{friends}/章子怡_2.jpg")
    assert f"/{most_similar}/" in match["celebrities"][0]["image_url"]
    assert match["celebrities"][0]["same_person"] is True
    assert len({one["celebrity_id"] for one in match["celebrities"]}) == len(match["celebrities"])
    assert all(len(one["portraits"]) == EACH for one in people(own, friends))


def portraits_of(stack: RunningStack, pack: str) -> int:
    packs = stack.call("GET", "/packs").json()["packs"]
    return next((int(one["portraits"]) for one in packs if one["pack"] == pack), 0)


def test_no_match_fails_while_a_pack_is_reindexed(
    own: RunningStack, folder: Path, friends: str
) -> None:
    photo, done = (folder / "Björk_1.jpg").read_bytes(), Event()
    before = collection(own, friends)

    def play_on() -> list[dict[str, Any]]:
        matches = []
        while not done.is_set():
            matches.append(play(own, friends, photo))
        return matches

    with ThreadPoolExecutor(1) as pool:
        playing = pool.submit(play_on)
        time.sleep(1)
        code, said = run(own, "reindex", friends)
        time.sleep(2)
        done.set()
        matches = playing.result()

    assert code == 0, said
    assert collection(own, friends) != before
    assert {match["status"] for match in matches} == {"succeeded"}
    assert {match["celebrities"][0]["name"] for match in matches} == {"Björk"}
    assert len(matches) > 2
    assert faces(own, friends) == portrait_ids(friends, folder)
    assert run(own, "check", "--pack", friends)[0] == 0


def test_what_has_come_apart_is_found_and_mended(
    own: RunningStack, folder: Path, friends: str
) -> None:
    client = own.rekognition
    name = collection(own, friends)
    listed = client.list_faces(CollectionId=name)["Faces"]
    client.delete_faces(CollectionId=name, FaceIds=[listed[0]["FaceId"]])
    client.index_faces(
        CollectionId=name,
        Image={"Bytes": (folder / "Ada_Lovelace_1.jpg").read_bytes()},
        ExternalImageId="of-nobody",
    )
    forgotten: Any = {"portrait_id": {"S": portrait_id_of(f"{friends}/Björk_3.jpg")}}
    own.dynamodb.delete_item(TableName=own.outputs.portraits_table, Key=forgotten)

    code, said = run(own, "check", "--pack", friends)
    mended, words = run(own, "check", "--pack", friends, "--fix")

    assert code == 1
    assert f"1 not indexed: {friends}/Björk_3.jpg" in said
    assert "1 without a face in the collection" in said
    assert "faces of no portrait" in said
    assert mended == 0, words
    assert faces(own, friends) == portrait_ids(friends, folder)


def test_someone_who_asks_to_be_taken_out_is_gone_everywhere_and_stays_out(
    own: RunningStack, folder: Path, friends: str
) -> None:
    photo = (folder / "Zoë_Ünal_1.jpg").read_bytes()

    code, said = run(own, "remove", "Zoë Ünal")
    again, words = run(own, "import", str(folder), "--pack", friends)

    assert code == 0, said
    assert (again, "asked to be removed" in words) == (1, True), words
    assert "Zoë Ünal" not in {one["name"] for one in people(own, friends)}
    assert "Zoë Ünal" not in {one["name"] for one in play(own, friends, photo)["celebrities"]}
    left = own.s3.list_object_versions(
        Bucket=own.outputs.portraits_bucket, Prefix=f"{friends}/Zoë_Ünal"
    )
    assert not left.get("Versions")
    with (own.state / "removed.csv").open(encoding="utf-8") as rows:
        assert [row["name"] for row in csv.DictReader(rows)] == ["Zoë Ünal"]


def test_a_pack_can_be_removed_with_all_that_is_in_it(
    own: RunningStack, portraits: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "Grace_Hopper.jpg").write_bytes(portraits[0].read_bytes())
    assert run(own, "import", str(tmp_path), "--pack", "short-lived")[0] == 0

    code, said = run(own, "remove", "--pack", "short-lived", "--all")

    assert code == 0, said
    packs = [one["pack"] for one in own.call("GET", "/packs").json()["packs"]]
    assert "short-lived" not in packs
    assert own.call("GET", "/celebrities?pack=short-lived").status_code == 422
    stored = own.s3.list_object_versions(Bucket=own.outputs.portraits_bucket, Prefix="short-lived/")
    assert not stored.get("Versions")
