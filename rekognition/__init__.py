"""The part of Amazon Rekognition that the application uses, on one machine.

`python -m rekognition` serves it over Rekognition's own wire protocol, so any AWS SDK that has
this address as its endpoint works unchanged. YuNet finds faces and SFace recognises them.
"""
