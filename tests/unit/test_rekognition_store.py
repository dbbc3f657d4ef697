from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from rekognition import store as store_module
from rekognition.engine import DIMENSIONS, Vector
from rekognition.exceptions import InternalServerError, ResourceNotFoundError
from rekognition.matrix import VectorMatrix, nearest
from rekognition.scores import similarity
from rekognition.store import Store
from tests.unit.test_rekognition_quality import GOOD


def unit(seed: int) -> Vector:
    vector = np.random.default_rng(seed).normal(size=DIMENSIONS).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def add(store: Store, seed: int) -> str:
    """Add one face, of a picture of its own, and return its id."""
    picture = seed.to_bytes(32, "big")
    return store.add("c", picture, f"person-{seed}", {0: unit(seed)}, [GOOD])[0].face_id


def rows_of(seeds: range) -> Vector:
    return np.stack([unit(seed) for seed in seeds])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    store.create("c")
    yield store
    store.close()


def test_a_matrix_keeps_its_rows_as_it_grows_and_shrinks() -> None:
    matrix = VectorMatrix(DIMENSIONS)
    for seed in range(1000):
        matrix.append(unit(seed))

    matrix.remove(3)

    assert len(matrix) == 999
    assert np.array_equal(matrix.row(3), unit(999))
    assert np.argmax(matrix.cosines(unit(998))) == 998


def test_a_search_is_exact(store: Store) -> None:
    for seed in range(600):
        add(store, seed)
    question = unit(1000)
    cosines = {f"person-{seed}": float(unit(seed) @ question) for seed in range(600)}

    found = store.search("c", question, threshold=0, limit=7)

    expected = sorted(cosines, key=lambda person: -cosines[person])[:7]
    assert [face.external_image_id for _, face in found] == expected


@pytest.mark.parametrize("most", [1, 7, 599, 600, 601])
def test_the_nearest_rows_are_those_of_a_full_sort(most: int) -> None:
    rows = rows_of(range(600))
    cosines = rows @ unit(1000)

    numbers, found = nearest(rows, unit(1000), most)

    assert numbers.tolist() == np.argsort(-cosines, kind="stable")[:most].tolist()
    assert np.array_equal(found, cosines[numbers])


def test_faces_can_be_removed_during_a_search_which_finds_none_of_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [add(store, seed) for seed in range(50)]
    others: list[Thread] = []

    def nearest_while_faces_go(*search: Any) -> Any:
        if not others:
            others.append(Thread(target=store.remove, args=("c", ids[:40]), daemon=True))
            others[0].start()
            others[0].join(60)
        return nearest(*search)

    monkeypatch.setattr(store_module, "nearest", nearest_while_faces_go)
    found = store.search("c", unit(3), 0, 100)

    assert not others[0].is_alive()
    assert {face.face_id for _, face in found} == {*ids[40:]}
    assert found[0][0] == pytest.approx(max(similarity(rows_of(range(40, 50)) @ unit(3))))


def test_memory_and_disk_agree_after_every_kind_of_change(store: Store, tmp_path: Path) -> None:
    ids = [add(store, seed) for seed in range(10)]
    store.search("c", unit(0), 0, 1)  # from here on the collection is in memory
    ids += [add(store, seed) for seed in range(10, 20)]
    removed = store.remove("c", [ids[0], ids[19], ids[7], "unknown"])
    in_memory = store.search("c", unit(5), 0, 100)
    store.close()

    reopened = Store(tmp_path)
    from_disk = reopened.search("c", unit(5), 0, 100)
    reopened.close()

    assert removed == {ids[0], ids[19], ids[7]}
    assert len(in_memory) == 17
    assert {face.face_id for _, face in in_memory} == set(ids) - removed
    assert [face.face_id for _, face in in_memory] == [face.face_id for _, face in from_disk]


def test_a_change_that_fails_leaves_no_trace(store: Store) -> None:
    add(store, 1)

    with pytest.raises(KeyError):
        store.add("c", b"p" * 32, None, {0: unit(2), 1: unit(3)}, {0: GOOD})  # type: ignore[arg-type]

    assert store.count("c") == 1
    assert len(store.search("c", unit(2), 0, 100)) == 1


def test_faces_of_a_picture_are_forgotten_with_the_last_of_them(store: Store) -> None:
    picture = b"p" * 32
    one = store.add("c", picture, "one", {0: unit(1)}, [GOOD])[0]
    other = store.add("c", picture, "other", {0: unit(1)}, [GOOD])[0]

    store.remove("c", [one.face_id])
    before = store.seen(picture)
    store.remove("c", [other.face_id])

    assert before is not None
    assert np.array_equal(before[1][0], unit(1))
    assert store.seen(picture) is None


def test_a_deleted_collection_leaves_nothing_to_one_of_the_same_name(store: Store) -> None:
    add(store, 1)

    store.delete("c")
    store.create("c")

    assert store.search("c", unit(1), 0, 10) == []
    assert store.seen((1).to_bytes(32, "big")) is None


def test_nothing_is_added_to_a_collection_that_is_gone(store: Store) -> None:
    store.delete("c")

    with pytest.raises(ResourceNotFoundError):
        add(store, 1)


def test_vectors_of_another_model_are_not_compared(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, 1)
    store.close()
    monkeypatch.setattr(store_module, "FACE_MODEL_VERSION", "9.9")
    upgraded = Store(tmp_path)

    with pytest.raises(InternalServerError, match="index it again"):
        upgraded.search("c", unit(1), 0, 10)

    assert upgraded.seen((1).to_bytes(32, "big")) is None
    upgraded.close()
