"""What the engine sees in a picture that may become a portrait."""

from typing import TYPE_CHECKING, Any, cast

from lookalike.faces import DetectedFace, by_prominence
from rekognition.images import ImageMemory

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import FaceDetailTypeDef


def examine(images: ImageMemory, data: bytes) -> dict[str, Any]:
    """Return `faces` as FaceDetails, and the `vector` of the most prominent one or None.

    Raises what `pictures.decode` raises.
    """
    image = images.see(data)
    details = [face.detail() for face in image.faces]
    faces = [DetectedFace.of_detail(cast("FaceDetailTypeDef", detail)) for detail in details]
    prominent = by_prominence(faces)
    vector = None
    if prominent:
        number = next(n for n, face in enumerate(faces) if face is prominent[0])
        vector = images.vector(image, number, data).tolist()
    return {"faces": details, "vector": vector}
