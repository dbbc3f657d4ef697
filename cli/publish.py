"""`lookalike deploy-web`: the page of a deployed stack, in a folder or at Amplify Hosting."""

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import requests
import yaml

from local import page_headers
from local.deployment import Outputs
from local.environment import named_region
from local.errors import LocalError
from local.page_config import page_config
from local.page_headers import Origins
from local.state import ROOT
from lookalike.storage import s3_client

PAGES = ROOT / "web"
HEADERS_FILE = page_headers.FILE.name
TAG = "PublishedPage"
"""The app's tag with the digest of what it shows: what is published already is not sent again."""
UPLOAD_WITHIN = 300
"""Seconds that the upload of the page may take; Amplify's address is good for longer."""
PUBLISHED_WITHIN = 600.0
"""Seconds that Amplify may take over its job."""
LOOK_EVERY = 2.0
"""Seconds between two looks at the job."""
AT_WORK = frozenset({"CREATED", "PENDING", "PROVISIONING", "RUNNING", "CANCELLING"})
"""What GetJob says of a job that has not ended."""


def page_files(outputs: Outputs) -> dict[str, bytes]:
    """Return the page's files by their paths, config.json among them."""
    files = {
        path.relative_to(PAGES).as_posix(): path.read_bytes()
        for path in sorted(PAGES.rglob("*"))
        if path.is_file()
    }
    config = page_config(
        outputs,
        api_url=outputs.api_url,
        cognito=boto3.client("cognito-idp").meta.endpoint_url,
        region=str(named_region()),
    )
    return {**files, "config.json": json.dumps(config, indent=2).encode()}


def origins_of(outputs: Outputs) -> Origins:
    """Return what the stack's page reaches, as the clients that sign for it name it."""
    return Origins(
        api=_origin(outputs.api_url),
        cognito=_origin(boto3.client("cognito-idp").meta.endpoint_url),
        selfies=_bucket_origin(outputs.selfies_bucket),
        portraits=_bucket_origin(outputs.portraits_bucket),
        pictures=outputs.pictures_url or "",
    )


def headers_text(outputs: Outputs) -> str:
    """Return customHttp.yml with the stack's origins filled in."""
    rules = page_headers.render(page_headers.FILE.read_text(), origins_of(outputs))
    filled = [
        {
            "pattern": rule.pattern,
            "headers": [{"key": key, "value": value} for key, value in rule.headers.items()],
        }
        for rule in rules
    ]
    return yaml.safe_dump({"customHeaders": filled}, sort_keys=False, width=2**16)


def write_page(outputs: Outputs, folder: Path) -> None:
    """Write the page and customHttp.yml into a folder, for any server of static files."""
    for name, content in {
        **page_files(outputs),
        HEADERS_FILE: headers_text(outputs).encode(),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def publish(outputs: Outputs, say: Callable[[str], None]) -> None:
    """Publish the page at the stack's own Amplify app, unless it is there as it would be.

    Raise LocalError where the stack hosts none, or Amplify does not take it.
    """
    if outputs.web_app_id is None or outputs.web_branch is None:
        raise LocalError(
            "the stack does not host the page (HostOnAmplify is false); "
            "write it into a folder with --to"
        )
    amplify = boto3.client("amplify")
    files, headers = page_files(outputs), headers_text(outputs)
    digest = _digest({**files, HEADERS_FILE: headers.encode()})
    app = amplify.get_app(appId=outputs.web_app_id)["app"]
    if app.get("tags", {}).get(TAG) == digest:
        say("The page is published already, as it is now.")
        return
    amplify.update_app(appId=outputs.web_app_id, customHeaders=headers)
    _send(amplify, outputs.web_app_id, outputs.web_branch, _zipped(files))
    # Last: a publication that fails has no tag, and the next run begins it again.
    amplify.tag_resource(resourceArn=app["appArn"], tags={TAG: digest})
    say(f"The page is published: {outputs.web_url}")


def _send(amplify: Any, app_id: str, branch: str, archive: bytes) -> None:
    created = amplify.create_deployment(appId=app_id, branchName=branch)
    try:
        answer = requests.put(
            created["zipUploadUrl"],
            data=archive,
            headers={"Content-Type": "application/zip"},
            timeout=UPLOAD_WITHIN,
        )
        answer.raise_for_status()
    except requests.RequestException as error:
        status = "" if error.response is None else f" ({error.response.status_code})"
        # The address is signed: any reader could send a page to it, so it is not repeated.
        raise LocalError(f"Amplify does not take the page's files{status}") from error
    job = created["jobId"]
    amplify.start_deployment(appId=app_id, branchName=branch, jobId=job)
    deadline = time.monotonic() + PUBLISHED_WITHIN
    while True:
        status = amplify.get_job(appId=app_id, branchName=branch, jobId=job)["job"]["summary"][
            "status"
        ]
        if status == "SUCCEED":
            return
        if status not in AT_WORK:
            raise LocalError(f"Amplify's job {job} ended as {status}")
        if time.monotonic() > deadline:
            raise LocalError(
                f"Amplify's job {job} is still {status} after {PUBLISHED_WITHIN:.0f} s"
            )
        time.sleep(LOOK_EVERY)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _bucket_origin(bucket: str) -> str:
    return _origin(s3_client().generate_presigned_post(bucket, "any")["url"])


def _zipped(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return archive.getvalue()


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
