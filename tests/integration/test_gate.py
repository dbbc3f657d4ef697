"""What ministack sees of a request, and whose signature it believes.

Each test of a fix has a counterpart without it, which shows that ministack still needs it.
"""

import hashlib
import http.client
import json
import urllib.parse
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import requests
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.integration.emulator import (
    BRIDGE,
    FIXES,
    SECRET,
    Aws,
    Emulator,
    allow,
    rekognition,
    running,
)

__all__ = ["rekognition"]

WRONG = "0" * 64
ACTIONS = {
    "GetSessionToken": "2011-06-15",
    "GetCallerIdentity": "2011-06-15",
    "ListUsers": "2010-05-08",
    "ListStacks": "2010-05-15",
    "CreateStack": "2010-05-15",
    "ListQueues": "2012-11-05",
    "ListTopics": "2010-03-31",
}
SCOPES = ("s3", "sts", "iam", "cloudformation", "sqs", "lambda", "execute-api", "")
VERBS = ("GET", "POST", "PUT", "DELETE")
KEYS = ("test", "000000000000", "")


@pytest.fixture(scope="module")
def fixed(rekognition: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with running(tmp_path_factory.mktemp("fixed"), rekognition, ()) as aws:
        yield aws


@pytest.fixture(scope="module")
def ungated(rekognition: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with running(tmp_path_factory.mktemp("ungated"), rekognition, ("gate",)) as aws:
        yield aws


@pytest.fixture(scope="module")
def bare(rekognition: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with running(tmp_path_factory.mktemp("bare"), rekognition, tuple(FIXES)) as aws:
        yield aws


def today() -> str:
    return f"{datetime.now(UTC):%Y%m%d}"


def bucket_of(aws: Aws) -> str:
    name = f"b{uuid.uuid4().hex}"
    aws.client("s3").create_bucket(Bucket=name)
    return name


def in_query(key: str, scope: str, action: str) -> dict[str, str]:
    """Write the query of the attack: credentials that nothing has signed, and an action."""
    return {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{key}/{today()}/us-east-1/{scope}/aws4_request",
        "X-Amz-Date": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
        "X-Amz-Expires": "3600",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": WRONG,
        "Action": action,
        "Version": ACTIONS[action],
    }


def in_header(key: str, scope: str) -> dict[str, str]:
    date = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    credential = f"{key}/{today()}/us-east-1/{scope}/aws4_request"
    return {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, "
        f"SignedHeaders=host;x-amz-date, Signature={WRONG}",
        "X-Amz-Date": date,
    }


@pytest.mark.parametrize("verb", VERBS)
def test_credentials_in_a_query_lead_to_no_action_whatever_they_say(fixed: Aws, verb: str) -> None:
    bucket = bucket_of(fixed)

    answers = {
        (path, key, scope, action): requests.request(
            verb, fixed.url + path, params=in_query(key, scope, action), timeout=30
        ).status_code
        for path, key, scope, action in product(("/", f"/{bucket}/x"), KEYS, SCOPES, ACTIONS)
    }

    assert {key: status for key, status in answers.items() if not 400 <= status < 500} == {}


@pytest.mark.parametrize("verb", VERBS)
def test_a_wrong_signature_in_a_header_leads_to_no_action(fixed: Aws, verb: str) -> None:
    answers = {
        (key, scope, action): requests.request(
            verb,
            fixed.url,
            params={"Action": action, "Version": ACTIONS[action]},
            headers=in_header(key, scope),
            timeout=30,
        ).status_code
        for key, scope, action in product(KEYS, SCOPES, ACTIONS)
    }

    assert {key: status for key, status in answers.items() if not 400 <= status < 500} == {}


def test_credentials_in_a_query_give_root_credentials_without_it(bare: Aws) -> None:
    answer = requests.get(
        f"{bare.url}/{bucket_of(bare)}/x",
        params=in_query("test", "sts", "GetSessionToken"),
        timeout=30,
    )

    assert answer.status_code == 200
    assert "<SecretAccessKey>" in answer.text


def test_an_action_without_credentials_is_refused(fixed: Aws) -> None:
    for verb in ("GET", "POST"):
        for action, version in ACTIONS.items():
            query = {"Action": action, "Version": version}
            assert requests.request(verb, fixed.url, params=query, timeout=30).status_code == 403
            assert requests.request(verb, fixed.url, data=query, timeout=30).status_code == 403


CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("apigatewayv2", "get_apis", {}),
    ("cloudformation", "list_stacks", {}),
    ("cognito-idp", "list_user_pools", {"MaxResults": 1}),
    ("cloudwatch", "list_dashboards", {}),
    ("dynamodb", "list_tables", {}),
    ("events", "list_rules", {}),
    ("iam", "list_roles", {}),
    ("lambda", "list_functions", {}),
    ("logs", "describe_log_groups", {}),
    ("rekognition", "list_collections", {}),
    ("s3", "list_buckets", {}),
    ("sns", "list_topics", {}),
    ("sqs", "list_queues", {}),
    ("stepfunctions", "list_state_machines", {}),
    ("sts", "get_caller_identity", {}),
]
"""One call of each service that the stack is served by."""


@pytest.mark.parametrize(("service", "operation", "arguments"), CALLS)
@pytest.mark.parametrize("key", ["test", "000000000000"])
def test_a_root_key_needs_the_right_secret(
    fixed: Aws, ungated: Aws, key: str, service: str, operation: str, arguments: Any
) -> None:
    for aws in (fixed, ungated):  # the second layer holds alone, too
        forger = Aws(aws.url, key, "a guess")
        with pytest.raises(ClientError) as caught:
            getattr(forger.client(service), operation)(**arguments)
        assert 400 <= caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500

    getattr(fixed.client(service), operation)(**arguments)


def test_a_root_key_needs_no_secret_without_it(bare: Aws) -> None:
    assert "TableNames" in Aws(bare.url, "test", "a guess").client("dynamodb").list_tables()


SIGN_ANYTHING = """
import boto3
from botocore.config import Config

def handler(event, context):
    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
    place = {"Bucket": event["bucket"], "Key": "k"}
    return {
        "form": s3.generate_presigned_post(**place),
        "url": s3.generate_presigned_url("get_object", Params=place),
    }
"""


def signer(aws: Aws) -> tuple[str, str, str]:
    """Deploy a function that may use a bucket; return its ARN, its role's, and the bucket."""
    bucket, function = bucket_of(aws), aws.function(SIGN_ANYTHING)
    role: str = aws.client("lambda").get_function(FunctionName=function)["Configuration"]["Role"]
    aws.client("iam").put_role_policy(
        RoleName=role.rsplit("/", 1)[-1],
        PolicyName="p",
        PolicyDocument=json.dumps(allow("s3:*", resource=f"arn:aws:s3:::{bucket}/*")),
    )
    return function, role, bucket


def by_the_old_derivation(aws: Aws, function: str, role: str) -> Any:
    """Return an S3 client with the keys that anyone could compute from public names."""
    digest = hashlib.sha256(f"{function}:{role}".encode()).hexdigest()
    return boto3.client(
        "s3",
        endpoint_url=aws.url,
        region_name="us-east-1",
        aws_access_key_id=f"ASIA{digest[:16].upper()}",
        aws_secret_access_key=hashlib.sha256(f"secret:{digest}".encode()).hexdigest(),
        aws_session_token=hashlib.sha256(f"token:{digest}".encode()).hexdigest(),
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )


def upload(form: Any) -> int:
    return requests.post(
        form["url"], data=form["fields"], files={"file": ("f", b"x")}, timeout=30
    ).status_code


def signed_by_the_function(aws: Aws, function: str, bucket: str) -> Any:
    reply = aws.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps({"bucket": bucket})
    )
    return json.loads(reply["Payload"].read())


def test_a_form_forged_by_the_old_derivation_is_refused(fixed: Aws) -> None:
    function, role, bucket = signer(fixed)
    genuine = signed_by_the_function(fixed, function, bucket)  # the role is known from here on

    forger = by_the_old_derivation(fixed, function, role)
    forged = upload(forger.generate_presigned_post(bucket, "k"))
    read = forger.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})

    assert upload(genuine["form"]) == 204
    assert forged == 403
    assert requests.get(read, timeout=30).status_code == 403


def test_a_form_forged_by_the_old_derivation_is_taken_without_it(bare: Aws) -> None:
    function, role, bucket = signer(bare)
    signed_by_the_function(bare, function, bucket)

    forged = by_the_old_derivation(bare, function, role).generate_presigned_post(bucket, "k")

    assert upload(forged) == 204


def test_an_address_is_good_after_a_restart_before_its_function_runs(
    rekognition: str, tmp_path: Path
) -> None:
    emulator = Emulator(tmp_path, rekognition)
    function, _, bucket = signer(emulator.aws)
    signed = signed_by_the_function(emulator.aws, function, bucket)
    assert upload(signed["form"]) == 204
    old = urlsplit(emulator.aws.url)
    emulator.stop()

    emulator.start()

    # The signature covers the host, so the address is asked for by its old one.
    url = urlsplit(signed["url"])
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(emulator.aws.url).port)
    connection.putrequest("GET", f"{url.path}?{url.query}", skip_host=True)
    connection.putheader("Host", old.netloc)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    emulator.stop()
    assert status == 200


def presigned(aws: Aws, bucket: str, **query: str) -> str:
    """Sign an address as the root key, with more in its query than S3's own."""
    address = f"{aws.url}/{bucket}/k?{urllib.parse.urlencode(query)}".rstrip("?")
    request = AWSRequest("GET", address)
    S3SigV4QueryAuth(Credentials("test", SECRET), "s3", "us-east-1").add_auth(request)
    return str(request.url)


def test_a_signed_address_says_nothing_but_which_object(fixed: Aws) -> None:
    bucket = bucket_of(fixed)
    fixed.client("s3").put_object(Bucket=bucket, Key="k", Body=b"1")

    plain = requests.get(presigned(fixed, bucket), timeout=30)
    more = requests.get(
        presigned(fixed, bucket, Action="GetSessionToken", Version="2011-06-15"), timeout=30
    )
    listed = requests.get(presigned(fixed, bucket, acl=""), timeout=30)
    twice = requests.get(presigned(fixed, bucket) + "&X-Amz-Signature=1", timeout=30)
    other_case = requests.get(presigned(fixed, bucket) + "&x-amz-signature=1", timeout=30)

    assert (plain.status_code, plain.content) == (200, b"1")
    assert {one.status_code for one in (more, listed, twice, other_case)} == {403}


def test_credentials_in_a_query_are_s3s_alone_however_right(fixed: Aws) -> None:
    query = urllib.parse.urlencode({"Action": "GetCallerIdentity", "Version": "2011-06-15"})
    request = AWSRequest("GET", f"{fixed.url}/?{query}")
    SigV4QueryAuth(Credentials("test", SECRET), "sts", "us-east-1").add_auth(request)

    assert requests.get(str(request.url), timeout=30).status_code == 403


def from_a_container(aws: Aws, path: str, *, signed: bool, **more: Any) -> int:
    """Send a request by the host that containers use; return the status."""
    method, service = ("POST", "dynamodb") if path == "/" else ("GET", "s3")
    target = {"X-Amz-Target": "DynamoDB_20120810.ListTables"} if path == "/" else {}
    request = AWSRequest(method, f"http://{BRIDGE}{path}", data=b"{}", headers=target)
    if signed:
        auth = S3SigV4Auth if service == "s3" else SigV4Auth
        auth(Credentials("test", SECRET), service, "us-east-1").add_auth(request)
    headers = {**request.headers, "Host": BRIDGE, **more.pop("headers", {})}
    return requests.request(
        more.pop("method", method), aws.url + path, data=b"{}", headers=headers, timeout=30, **more
    ).status_code


def test_a_container_may_sign(fixed: Aws) -> None:
    assert from_a_container(fixed, "/", signed=True) == 200


def test_a_container_may_do_nothing_without_a_signature(fixed: Aws) -> None:
    bucket = bucket_of(fixed)
    cognito = {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"}
    address = urlsplit(presigned(fixed, bucket))

    refused = [
        from_a_container(fixed, "/", signed=False),
        from_a_container(fixed, "/", signed=False, headers=cognito),
        from_a_container(fixed, "/_ministack/health", signed=False),
        from_a_container(fixed, "/_aws/execute-api/abcdefgh/$default/status", signed=False),
        from_a_container(fixed, f"{address.path}?{address.query}", signed=False),
        from_a_container(fixed, f"/{bucket}", signed=False, method="OPTIONS"),
    ]

    assert set(refused) == {403}


@pytest.mark.parametrize(
    "path", ["/_ministack/reset", "/_ministack/config", "/_ministack/ready", "/_localstack/health"]
)
def test_no_path_of_ministacks_own_answers_but_its_health(fixed: Aws, path: str) -> None:
    for verb in VERBS:
        assert requests.request(verb, fixed.url + path, timeout=30).status_code == 403

    assert requests.get(f"{fixed.url}/_ministack/health", timeout=30).status_code == 200


def test_ministacks_own_paths_answer_anyone_without_it(bare: Aws) -> None:
    assert requests.get(f"{bare.url}/_ministack/ready", timeout=30).status_code == 200


@pytest.mark.parametrize(
    "host", ["rebind.evil.example", "127.0.0.1.evil.example", "evil.localhost.x"]
)
def test_another_hosts_name_is_misdirected(fixed: Aws, host: str) -> None:
    answer = requests.get(f"{fixed.url}/_ministack/health", headers={"Host": host}, timeout=30)

    assert answer.status_code == 421


def test_a_page_of_another_site_cannot_use_a_key(fixed: Aws) -> None:
    client = fixed.client("dynamodb")
    client.meta.events.register(
        "before-send.dynamodb.*",
        lambda request, **_: request.headers.update(Origin="https://evil.example"),
    )

    with pytest.raises(ClientError) as caught:
        client.list_tables()

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_only_cognitos_public_calls_need_no_signature(fixed: Aws) -> None:
    def ask(target: str) -> int:
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
        return requests.post(fixed.url, headers=headers, data="{}", timeout=30).status_code

    public = "AWSCognitoIdentityProviderService"
    assert ask(f"{public}.InitiateAuth") == 400
    assert ask(f"{public}.AdminDeleteUser") == 403
    assert ask(f"{public}.ListUserPools") == 403
    assert ask("AWSCognitoIdentityService.GetId") == 403
    assert ask("DynamoDB_20120810.ListTables") == 403
    assert ask("") == 403


def test_a_form_to_no_bucket_is_refused(fixed: Aws) -> None:
    for path in ("/nobody", "/", "/2015-03-31/functions", "/_aws/sqs/messages"):
        files = {"file": ("f", b"x")}
        assert requests.post(fixed.url + path, files=files, timeout=30).status_code in {403, 404}


def test_a_websocket_is_refused(fixed: Aws) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }

    answer = requests.get(f"{fixed.url}/mqtt", headers=headers, timeout=30)

    assert answer.status_code == 403
