"""Nothing that was answered is lost when the process is killed."""

import json
import resource
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.crowd import workers
from tests.integration.emulator import Aws, Emulator, allow, rekognition
from tests.running_stack import wait_for

__all__ = ["rekognition"]

needs_prlimit = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="only Linux limits the files of another process"
)


@pytest.fixture
def emulator(rekognition: str, tmp_path: Path) -> Iterator[Emulator]:
    started = Emulator(tmp_path, rekognition)
    yield started
    started.stop()


def make_table(aws: Aws) -> str:
    """Make a table as a deployment does: it is there for good once CloudFormation says so."""
    properties = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    return aws.deploy({"T": {"Type": "AWS::DynamoDB::Table", "Properties": properties}})["T"]


def put(aws: Aws, table: str, name: str, value: str = "1") -> None:
    item = {"id": {"S": name}, "value": {"S": value}}
    aws.client("dynamodb").put_item(TableName=table, Item=item)


def items(aws: Aws, table: str) -> dict[str, str]:
    found = aws.client("dynamodb").scan(TableName=table)["Items"]
    return {item["id"]["S"]: item["value"]["S"] for item in found}


def test_what_was_written_and_removed_is_so_after_a_kill(emulator: Emulator) -> None:
    table = make_table(emulator.aws)
    for name in ("kept", "changed", "removed"):
        put(emulator.aws, table, name)
    emulator.aws.client("dynamodb").update_item(
        TableName=table,
        Key={"id": {"S": "changed"}},
        UpdateExpression="SET #v = :v",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":v": {"S": "2"}},
    )
    emulator.aws.client("dynamodb").delete_item(TableName=table, Key={"id": {"S": "removed"}})

    emulator.kill()
    emulator.start()

    assert items(emulator.aws, table) == {"kept": "1", "changed": "2"}


def test_a_second_kill_loses_nothing_either(emulator: Emulator) -> None:
    table = make_table(emulator.aws)
    for name in ("one", "two", "three"):
        put(emulator.aws, table, name)
        emulator.kill()
        emulator.start()

    assert set(items(emulator.aws, table)) == {"one", "two", "three"}


def test_an_orderly_end_loses_nothing(emulator: Emulator) -> None:
    table = make_table(emulator.aws)
    put(emulator.aws, table, "one")

    emulator.stop()
    emulator.start()

    assert items(emulator.aws, table) == {"one": "1"}


def test_a_machine_is_kept_and_its_executions_are_not(emulator: Emulator) -> None:
    states = emulator.aws.client("stepfunctions")
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    machine = states.create_state_machine(
        name="m", definition=definition, roleArn=emulator.aws.role("states")
    )["stateMachineArn"]
    states.start_execution(stateMachineArn=machine)
    assert states.list_executions(stateMachineArn=machine)["executions"]

    emulator.stop()
    emulator.start()

    states = emulator.aws.client("stepfunctions")
    assert states.list_executions(stateMachineArn=machine)["executions"] == []


def test_a_stack_that_was_deleted_stays_so_after_a_kill(emulator: Emulator) -> None:
    make_table(emulator.aws)
    formation = emulator.aws.client("cloudformation")
    [stack] = formation.describe_stacks()["Stacks"]
    formation.delete_stack(StackName=stack["StackName"])
    formation.get_waiter("stack_delete_complete").wait(
        StackName=stack["StackName"], WaiterConfig={"Delay": 1}
    )

    emulator.kill()
    emulator.start()

    assert emulator.aws.client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_line_that_the_kill_cut_short_is_dropped(emulator: Emulator) -> None:
    table = make_table(emulator.aws)
    put(emulator.aws, table, "whole")
    emulator.kill()
    [*_, newest] = sorted((emulator.folder / "state").glob("dynamodb.journal.*"))
    whole = newest.read_bytes()
    newest.write_bytes(whole + whole.replace(b"whole", b"half!")[:-10])

    emulator.start()

    assert items(emulator.aws, table) == {"whole": "1"}


def test_a_transaction_is_kept_whole(emulator: Emulator) -> None:
    table = make_table(emulator.aws)
    puts = [
        {"Put": {"TableName": table, "Item": {"id": {"S": name}, "value": {"S": "1"}}}}
        for name in ("one", "two")
    ]

    emulator.aws.client("dynamodb").transact_write_items(TransactItems=puts)
    emulator.kill()

    [line] = [
        json.loads(line)
        for path in (emulator.folder / "state").glob("dynamodb.journal.*")
        for line in path.read_text().splitlines()
    ]
    assert [change["key"][0] for change in line] == ["one", "two"]


def test_a_long_journal_becomes_a_snapshot(emulator: Emulator) -> None:
    table = make_table(emulator.aws)
    text = "x" * 200_000
    for number in range(25):
        put(emulator.aws, table, f"{number % 4}", text)

    folder = emulator.folder / "state"
    wait_for(lambda: text in (folder / "dynamodb.json").read_text(), 60)
    emulator.kill()
    emulator.start()

    assert set(items(emulator.aws, table)) == {"0", "1", "2", "3"}
    assert len([*folder.glob("dynamodb.journal.*")]) <= 2


def test_a_message_that_was_sent_is_there_after_a_kill(emulator: Emulator) -> None:
    queue = emulator.aws.deploy({"Q": {"Type": "AWS::SQS::Queue"}})["Q"]
    emulator.aws.client("sqs").send_message(QueueUrl=queue, MessageBody="here")

    emulator.kill()
    emulator.start()

    received = emulator.aws.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert [message["Body"] for message in received] == ["here"]


def test_an_objects_event_is_queued_before_s3_answers(emulator: Emulator) -> None:
    aws, name = emulator.aws, f"b{uuid.uuid4().hex}"
    aws.client("s3").create_bucket(Bucket=name)
    aws.client("s3").put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    made = aws.deploy({"Q": {"Type": "AWS::SQS::Queue"}})["Q"]
    sqs = aws.client("sqs")
    arn = sqs.get_queue_attributes(QueueUrl=made, AttributeNames=["QueueArn"])["Attributes"]
    sender = {"Service": "events.amazonaws.com"}
    policy = allow("sqs:SendMessage", principal=sender, resource=arn["QueueArn"])
    sqs.set_queue_attributes(QueueUrl=made, Attributes={"Policy": json.dumps(policy)})
    rule = json.dumps({"detail": {"bucket": {"name": [name]}}})
    aws.client("events").put_rule(Name=name, EventPattern=rule)
    aws.client("events").put_targets(Rule=name, Targets=[{"Id": "q", "Arn": arn["QueueArn"]}])

    aws.client("s3").put_object(Bucket=name, Key="k", Body=b"1")
    emulator.kill()
    emulator.start()

    [message] = emulator.aws.client("sqs").receive_message(QueueUrl=made)["Messages"]
    assert json.loads(message["Body"])["detail"]["object"]["key"] == "k"


def test_an_account_is_there_after_a_kill_and_gone_once_deleted(emulator: Emulator) -> None:
    cognito = emulator.aws.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
    for name in ("kept", "deleted"):
        cognito.admin_create_user(UserPoolId=pool, Username=name)
    cognito.admin_delete_user(UserPoolId=pool, Username="deleted")

    emulator.kill()
    emulator.start()

    users = emulator.aws.client("cognito-idp").list_users(UserPoolId=pool)["Users"]
    assert [user["Username"] for user in users] == ["kept"]


def put_and_kill(emulator: Emulator) -> Any:
    table = make_table(emulator.aws)
    put(emulator.aws, table, "one")
    emulator.kill()
    emulator.start()
    return emulator.aws.client("dynamodb").list_tables()["TableNames"]


def test_all_is_lost_in_a_kill_without_it(rekognition: str, tmp_path: Path) -> None:
    emulator = Emulator(tmp_path, rekognition, ("journal",))

    assert put_and_kill(emulator) == []
    emulator.stop()


SLOW = "import time\ndef handler(event, context):\n    time.sleep(8)\n    return 'answered'\n"


def answer_of_a_call_during_the_end(emulator: Emulator) -> str:
    """Call a slow function, and tell ministack to end; return what the caller gets."""
    client = emulator.aws.client("lambda")
    function = emulator.aws.function(SLOW)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.invoke, FunctionName=function)
        wait_for(lambda: workers(emulator.process.pid), 30)
        emulator.process.terminate()
        emulator.stop()
        try:
            call.result()
        except BotoCoreError:
            return "cut off"
        except ClientError:  # it waits for the function, and then cannot say what came of it
            return "waited for"
    return "answered"


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_it_ends_at_once_whatever_is_under_way(emulator: Emulator) -> None:
    assert answer_of_a_call_during_the_end(emulator) == "cut off"


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_it_waits_for_every_call_without_it(rekognition: str, tmp_path: Path) -> None:
    emulator = Emulator(tmp_path, rekognition, ("prompt_end",))

    # Whether it can still say what came of the call depends on which of them ends first.
    assert answer_of_a_call_during_the_end(emulator) in {"waited for", "answered"}


LEFT = 2**16
"""Bytes that a file may have, where the disk is to be as good as full."""


@contextmanager
def full_disk(emulator: Emulator, most: int = LEFT) -> Iterator[None]:
    """Let no file of the emulator's grow beyond so many bytes, as on a disk that is full."""
    limits = resource.prlimit(emulator.process.pid, resource.RLIMIT_FSIZE, (most, -1))
    yield
    resource.prlimit(emulator.process.pid, resource.RLIMIT_FSIZE, limits)


def journals(emulator: Emulator) -> list[str]:
    return sorted(path.name for path in (emulator.folder / "state").glob("dynamodb.journal.*"))


@needs_prlimit
def test_a_disk_that_was_full_for_a_while_costs_nothing_that_was_answered(
    emulator: Emulator,
) -> None:
    table = make_table(emulator.aws)
    answered = []

    def fill() -> None:
        for number in range(100):
            put(emulator.aws, table, str(number), "x" * 3000)
            answered.append(str(number))

    with full_disk(emulator), pytest.raises(ClientError):
        fill()
    put(emulator.aws, table, "after")

    emulator.kill()
    emulator.start()

    assert set(items(emulator.aws, table)) == {*answered, "after"}


@needs_prlimit
def test_a_snapshot_that_cannot_be_written_takes_no_journal_away(emulator: Emulator) -> None:
    table = make_table(emulator.aws)
    for number in range(50):
        put(emulator.aws, table, str(number), "x" * 3000)
    before = journals(emulator)
    with full_disk(emulator):
        emulator.aws.client("dynamodb").create_table(
            TableName="another",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        wait_for(lambda: journals(emulator)[-1] != before[-1], 30)  # a snapshot is tried
        time.sleep(1)
    emulator.kill()
    emulator.start()

    assert set(items(emulator.aws, table)) == {str(number) for number in range(50)}


@needs_prlimit
def test_an_account_that_could_not_be_written_is_not_confirmed(emulator: Emulator) -> None:
    cognito = emulator.aws.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="pool")["UserPool"]["Id"]

    with full_disk(emulator, 10), pytest.raises(ClientError):
        cognito.admin_create_user(UserPoolId=pool, Username="one")
    cognito.admin_create_user(UserPoolId=pool, Username="two")
    emulator.kill()
    emulator.start()

    users = emulator.aws.client("cognito-idp").list_users(UserPoolId=pool)["Users"]
    assert "two" in {user["Username"] for user in users}


@needs_prlimit
def test_an_object_that_could_not_be_written_is_not_confirmed(emulator: Emulator) -> None:
    s3 = emulator.aws.client("s3")
    s3.create_bucket(Bucket="bucket")

    with full_disk(emulator), pytest.raises(ClientError):
        s3.put_object(Bucket="bucket", Key="one", Body=b"x" * 2 * LEFT)
    s3.put_object(Bucket="bucket", Key="two", Body=b"x" * 2 * LEFT)
    emulator.kill()
    emulator.start()

    kept = emulator.aws.client("s3").list_objects_v2(Bucket="bucket")["Contents"]
    assert [one["Key"] for one in kept] == ["two"]


def test_a_state_that_cannot_be_read_is_not_overwritten(emulator: Emulator) -> None:
    emulator.aws.client("cognito-idp").create_user_pool(PoolName="pool")
    emulator.kill()
    path = emulator.folder / "state" / "cognito.json"
    broken = path.read_text()[:-10]
    path.write_text(broken)

    with pytest.raises(AssertionError):
        emulator.start(patience=5)

    assert emulator.process.wait(10) != 0
    assert path.read_text() == broken
    assert str(path) in emulator.log.read_text()
