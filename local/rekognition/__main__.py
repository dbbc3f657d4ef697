"""`python -m local.rekognition`: serve until told to stop."""

import argparse
import logging
import sqlite3
import sys
import warnings
from pathlib import Path

from aiohttp import web

from local.lifeline import end_with_standard_input
from local.rekognition.engine import FaceEngine
from local.rekognition.images import ImageMemory
from local.rekognition.operations import Rekognition
from local.rekognition.service import RekognitionService
from local.rekognition.sources import ImageSource
from local.rekognition.store import Store


def main() -> None:
    """Serve Rekognition on one port of this machine, reachable from this machine only."""
    parser = argparse.ArgumentParser(prog="python -m local.rekognition", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the collections")
    parser.add_argument("--s3-endpoint", required=True, help="where images in S3 are read")
    parser.add_argument("--region", default="us-east-1")
    arguments = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)
    # Pillow warns of what is odd in a photograph that it reads all the same: nothing to log.
    warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
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
    try:
        web.run_app(
            RekognitionService(rekognition, engine).application(),
            host="127.0.0.1",
            port=arguments.port,
            print=None,
            access_log=None,
        )
    except OSError as error:
        raise SystemExit(f"Port {arguments.port} cannot be used: {error}") from error


if __name__ == "__main__":
    main()
