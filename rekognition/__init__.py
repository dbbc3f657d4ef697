"""The part of Amazon Rekognition that the application uses, on one machine.

`python -m rekognition` serves it over Rekognition's own wire protocol, so any AWS SDK given
the address as its endpoint works unchanged. Faces are found by YuNet and recognised by SFace.
"""
