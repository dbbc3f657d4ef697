"""The poster's code, read by another program than the one that wrote it."""

import hashlib
import json
import os
import subprocess

import cv2
import deno
import numpy as np
import pytest

from local.state import ROOT
from tests.scripts.conftest import ENVIRONMENT, NO_NETWORK

VENDORED = ROOT / "web" / "vendor" / "qrcode-generator"
PUBLISHED = "ea91d7118a5395289170da848b7c6758b996163bfbccf312591ab65a4911b7c0"
"""The SHA-256 of dist/qrcode.mjs in qrcode-generator 2.0.4."""
WRITE = """
    const {qrCode} = await import(`file://${Deno.args[0]}/web/scripts/qr-code.js`);
    console.log(JSON.stringify(await qrCode(Deno.args[1])));
"""
QUIET_ZONE = 4


def written(text: str) -> list[list[bool]]:
    done = subprocess.run(
        [deno.find_deno_bin(), "run", "--no-check", *NO_NETWORK, "--allow-read", "-", ROOT, text],
        input=WRITE,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=True,
    )
    squares: list[list[bool]] = json.loads(done.stdout)
    return squares


@pytest.mark.parametrize(
    "address",
    ["https://faces.example/", "https://main.d1a2b3c4d5e6f7.amplifyapp.com/double/?of=Björk"],
)
def test_the_code_leads_to_the_address(address: str) -> None:
    light = ~np.array(written(address))

    picture = np.pad(light, QUIET_ZONE, constant_values=True).astype(np.uint8) * 255
    enlarged = cv2.resize(picture, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(enlarged)
    assert read == address


def test_the_vendored_library_is_the_published_one() -> None:
    """No tool of ours may reformat it: then no reader could compare it with its source."""
    digest = hashlib.sha256((VENDORED / "qrcode.js").read_bytes()).hexdigest()

    assert digest == PUBLISHED
    assert "MIT License" in (VENDORED / "LICENSE").read_text()
