"""Photographs that were never taken: each has a vector, and is accepted or refused."""

from pathlib import Path

import numpy as np

from evaluation.looks import Look, SeenFace
from evaluation.recognition import Album, make_album
from evaluation.sample import Photograph, Role
from lookalike.faces import Box
from lookalike.failures import FailureCode
from rekognition.engine import DIMENSIONS, Vector


def photograph(name: str, number: int, role: Role, gender: str = "") -> Photograph:
    file = f"{name}_{number}.jpg"
    return Photograph(file, name, role, gender, Path("/nowhere") / file)


def unit(*values: float) -> Vector:
    """A unit vector that begins with these values."""
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[: len(values)] = values
    return vector / np.float32(np.linalg.norm(vector))


def seen(vector: Vector, brightness: float = 50, yaw: float = 0) -> Look:
    """A photograph that is accepted, as a selfie and as a portrait."""
    face = SeenFace(Box(0.3, 0.3, 0.4, 0.4), vector, vector, brightness, yaw, None)
    return Look(None, face, face)


def refused(vector: Vector) -> Look:
    """A photograph with a face that is refused."""
    code = FailureCode.FACE_TOO_BLURRY
    return Look(code, seen(vector).largest, code)


A, B, C = unit(1, 0, 0), unit(0, 1, 0), unit(0.6, 0.5, 1)


def small_album() -> Album:
    """Two people with a portrait, one selfie each that is right, one that is wrong, one refused."""
    looks = {
        photograph("Ada", 1, "portrait", "female"): seen(A, brightness=10),
        photograph("Ada", 2, "selfie", "female"): seen(unit(1, 0.1), brightness=20),
        photograph("Ada", 3, "selfie", "female"): seen(unit(0.1, 1), brightness=30),
        photograph("Ben", 1, "portrait", "male"): seen(B, brightness=40),
        photograph("Ben", 2, "selfie", "male"): seen(unit(0.1, 1), brightness=60, yaw=-45),
        photograph("Ben", 3, "selfie", "male"): refused(B),
        photograph("Cy", 1, "stranger", "male"): seen(C, brightness=80),
    }
    return make_album(list(looks), list(looks.values()))
