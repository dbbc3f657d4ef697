"""`python -m rekognition`: serve until told to stop."""

import argparse
import logging
import sqlite3
import sys
from pathlib import Path

from aiohttp import web

from rekognition import settings
from rekognition.engine import FaceEngine
from rekognition.images import ImageMemory
from rekognition.lifeline import end_with_standard_input
from rekognition.operations import Rekognition
from rekognition.rates import CallRate
from rekognition.service import CONNECTION_SECONDS, RekognitionService
from rekognition.signatures import Signatures
from rekognition.sources import ImageSource
from rekognition.store import Store


def main() -> None:
    """Serve Rekognition on one port of this machine, reachable from this machine only.

    Requests must be signed with the key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
    """
    parser = argparse.ArgumentParser(prog="python -m rekognition", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the collections")
    parser.add_argument("--s3-endpoint", required=True, help="where images in S3 are read")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument(
        "--rate",
        type=int,
        default=settings.rate(),
        help="the most calls a second of each operation; without it there is no limit",
    )
    arguments = parser.parse_args()
    try:
        signatures = Signatures(*settings.key(), arguments.region)
    except KeyError as error:
        raise SystemExit(f"{error.args[0]} must be set: requests are signed with it") from error
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)
    end_with_standard_input()
    engine = FaceEngine()
    try:
        store = Store(arguments.data)
    except sqlite3.Error as error:
        raise SystemExit(
            f"The collections in {arguments.data} cannot be opened: {error}"
        ) from error
    rekognition = Rekognition(
        store,
        ImageMemory(engine, store),
        ImageSource(arguments.s3_endpoint, arguments.region),
        arguments.region,
    )
    rate = CallRate(arguments.rate) if arguments.rate else None
    try:
        web.run_app(
            RekognitionService(rekognition, engine, signatures, rate).application(),
            host="127.0.0.1",
            port=arguments.port,
            print=None,
            access_log=None,
            keepalive_timeout=CONNECTION_SECONDS,
        )
    except OSError as error:
        raise SystemExit(f"Port {arguments.port} cannot be used: {error}") from error


if __name__ == "__main__":
    main()
