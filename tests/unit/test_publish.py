"""Publishing the page: Amplify's calls by botocore's model, and the origins that it may reach."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import yaml
from botocore.stub import Stubber

from cli import publish
from local.deployment import Outputs
from local.errors import LocalError
from local.page_headers import Origins, headers_for, render
from lookalike.storage import upload_form

APP, BRANCH, JOB = "d1a2b3", "main", "7"
ARN = f"arn:aws:amplify:eu-west-1:123456789012:apps/{APP}"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def outputs() -> Outputs:
    values: dict[str, Any] = {one.name: one.name.replace("_", "-") for one in fields(Outputs)}
    return Outputs(
        **{
            **values,
            "api_url": "https://abc.execute-api.eu-west-1.amazonaws.com",
            "allow_guests": True,
            "selfie_retention_days": 30,
            "pictures_url": "https://pictures.example",
            "web_app_id": APP,
            "web_branch": BRANCH,
        }
    )


@pytest.fixture(params=["us-east-1", "eu-west-1"], autouse=True)
def region(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, request.param)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(publish, "LOOK_EVERY", 0)
    return str(request.param)


class Storage(BaseHTTPRequestHandler):
    """What Amplify's signed address leads to."""

    status = 200
    received: list[bytes]

    def do_PUT(self) -> None:
        """Take the page's files."""
        self.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def storage() -> Iterator[tuple[type[Storage], str]]:
    kind = type("OneStorage", (Storage,), {"received": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield kind, f"http://127.0.0.1:{server.server_port}/page.zip?signature=secret"
    server.shutdown()
    server.server_close()


@pytest.fixture
def amplify(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    make: Callable[..., Any] = boto3.client
    client = make("amplify")
    monkeypatch.setattr(
        boto3, "client", lambda name, **more: client if name == "amplify" else make(name, **more)
    )
    with Stubber(client) as stubber:
        yield stubber


def app(**more: Any) -> dict[str, Any]:
    """What GetApp answers."""
    return {
        "app": {
            "appId": APP,
            "appArn": ARN,
            "name": "lookalike",
            "description": "",
            "repository": "",
            "platform": "WEB",
            "createTime": NOW,
            "updateTime": NOW,
            "environmentVariables": {},
            "defaultDomain": f"{APP}.amplifyapp.com",
            "enableBranchAutoBuild": False,
            "enableBasicAuth": False,
            **more,
        }
    }


def summary(status: str) -> dict[str, Any]:
    return {
        "jobArn": "arn",
        "jobId": JOB,
        "commitId": "",
        "commitMessage": "",
        "commitTime": NOW,
        "startTime": NOW,
        "status": status,
        "jobType": "MANUAL",
    }


def expect_publication(amplify: Stubber, outputs: Outputs, address: str, *states: str) -> None:
    """Expect every call of a publication whose job goes through some states."""
    where = {"appId": APP, "branchName": BRANCH}
    amplify.add_response("get_app", app(), {"appId": APP})
    amplify.add_response(
        "update_app", app(), {"appId": APP, "customHeaders": publish.headers_text(outputs)}
    )
    made = {"jobId": JOB, "zipUploadUrl": address, "fileUploadUrls": {}}
    amplify.add_response("create_deployment", made, where)
    if states:
        started = {"jobSummary": summary("PENDING")}
        amplify.add_response("start_deployment", started, {**where, "jobId": JOB})
    for state in states:
        job = {"job": {"summary": summary(state), "steps": []}}
        amplify.add_response("get_job", job, {**where, "jobId": JOB})


def test_the_page_is_sent_and_waited_for_and_then_noted(
    amplify: Stubber, outputs: Outputs, storage: tuple[type[Storage], str]
) -> None:
    kind, address = storage
    noted: dict[str, Any] = {}
    expect_publication(amplify, outputs, address, "PENDING", "RUNNING", "SUCCEED")
    amplify.client.meta.events.register(
        "provide-client-params.amplify.TagResource",
        lambda params, **_more: noted.update(params),
    )
    amplify.add_response("tag_resource", {})

    publish.publish(outputs, print)

    amplify.assert_no_pending_responses()
    (archive,) = kind.received
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        names = set(opened.namelist())
    assert {"index.html", "config.json", "scripts/app.js", "service-worker.js"} <= names
    assert "customHttp.yml" not in names
    assert noted["resourceArn"] == ARN

    amplify.add_response("get_app", app(tags=noted["tags"]), {"appId": APP})
    said: list[str] = []
    publish.publish(outputs, said.append)  # and a second time nothing is sent

    assert len(kind.received) == 1
    assert "already" in said[0]


def test_a_page_of_another_stack_is_sent_again(
    amplify: Stubber, outputs: Outputs, storage: tuple[type[Storage], str]
) -> None:
    kind, address = storage
    other = replace(outputs, user_pool_client_id="another")
    for each in (outputs, other):
        expect_publication(amplify, each, address, "SUCCEED")
        amplify.add_response("tag_resource", {})
        publish.publish(each, print)

    assert len(kind.received) == 2


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_job_that_fails_is_an_error_and_is_not_noted(
    amplify: Stubber, outputs: Outputs, storage: tuple[type[Storage], str], status: str
) -> None:
    expect_publication(amplify, outputs, storage[1], "RUNNING", status)

    with pytest.raises(LocalError, match=f"ended as {status}"):
        publish.publish(outputs, print)

    amplify.assert_no_pending_responses()


def test_files_that_are_not_taken_are_an_error_that_does_not_tell_the_signed_address(
    amplify: Stubber, outputs: Outputs, storage: tuple[type[Storage], str]
) -> None:
    kind, address = storage
    kind.status = 403
    expect_publication(amplify, outputs, address)

    with pytest.raises(LocalError, match=r"\(403\)") as refused:
        publish.publish(outputs, print)

    assert "signature" not in str(refused.value)


def test_a_stack_that_does_not_host_the_page_is_told_of_the_folder(outputs: Outputs) -> None:
    with pytest.raises(LocalError, match="--to"):
        publish.publish(replace(outputs, web_app_id=None, web_branch=None), print)


def test_every_state_of_a_job_is_one_of_work_of_success_or_of_failure() -> None:
    operation = boto3.client("amplify").meta.service_model.operation_model("GetJob")
    states = operation.output_shape.members["job"].members["summary"].members["status"].enum

    assert set(states) - publish.AT_WORK == {"SUCCEED", "FAILED", "CANCELLED"}


def test_the_policy_names_the_host_that_forms_are_signed_for(outputs: Outputs, region: str) -> None:
    written = publish.headers_text(outputs)
    policy = headers_for("/", render(written, Origins()))["Content-Security-Policy"]
    directives = {name: rest for name, *rest in (part.split() for part in policy.split(";"))}

    soon = datetime.now(UTC) + timedelta(minutes=10)
    forms = [
        upload_form(bucket, "any", {}, 100, soon).url
        for bucket in (outputs.selfies_bucket, outputs.portraits_bucket)
    ]

    hosts = [f"https://{urlsplit(form).netloc}" for form in forms]
    assert hosts == [
        f"https://selfies-bucket.s3.{region}.amazonaws.com",
        f"https://portraits-bucket.s3.{region}.amazonaws.com",
    ]
    assert {*hosts, "https://pictures.example"} < set(directives["img-src"])
    assert set(directives["connect-src"]) == {
        *hosts,
        "'self'",
        "https://pictures.example",
        outputs.api_url,
        f"https://cognito-idp.{region}.amazonaws.com",
    }


def test_the_written_headers_are_filled_in_and_each_is_one_line(outputs: Outputs) -> None:
    written = publish.headers_text(outputs)

    values = [
        header["value"]
        for rule in yaml.safe_load(written)["customHeaders"]
        for header in rule["headers"]
    ]
    assert "$" not in written
    assert all("\n" not in value for value in values)


@pytest.mark.parametrize("guests", [True, False])
def test_the_pages_configuration_says_whether_guests_play(outputs: Outputs, guests: bool) -> None:
    config = publish.page_files(replace(outputs, allow_guests=guests))["config.json"]

    assert (b'"guests": true' in config) is guests
