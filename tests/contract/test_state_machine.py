"""The definition of FindLookAlike: what a deployment would refuse, and what it would not notice."""

import copy
import re
from datetime import timedelta
from typing import Any

import botocore.session
import pytest
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from cli import match as client
from local.state import ROOT
from lookalike import errors as domain
from lookalike.failures import FailureCode
from lookalike.matches import WORKFLOW_LIMIT
from tests.contract import sam_template, workflow
from tests.contract.workflow import MILESTONES, VERBS, definition, states, tasks

SERVICES = {
    "DynamoDB": "dynamodb",
    "EventBridge": "events",
    "Lambda": "lambda",
    "Rekognition": "rekognition",
    "S3": "s3",
}
"""How Step Functions and botocore each call a service."""

NOT_MODELLED = {
    "DynamoDB.AmazonDynamoDBException": "the Java SDK's name for what its model does not name",
    "DynamoDB.SdkClientException": "the connection failed, whatever the service",
    "EventBridge.FailedEntry": "the integration's own: PutEvents answered, but refused an entry",
    "EventBridge.SdkClientException": "the connection failed, whatever the service",
    "EventBridge.ThrottlingException": "one of the errors common to the service's operations",
    "Lambda.AWSLambdaException": "the Java SDK's name for what its model does not name",
    "Lambda.ClientExecutionTimeoutException": "among those that AWS's best practices retry",
    "Lambda.SdkClientException": "the connection failed, whatever the service",
    "Rekognition.RekognitionException": "the Java SDK's name for what its model does not name",
    "Rekognition.SdkClientException": "the connection failed, whatever the service",
    "S3.S3Exception": "the Java SDK's name for what its model does not name, SlowDown for one",
    "S3.SdkClientException": "the connection failed, whatever the service",
}
"""The errors that are thrown although botocore's model does not say so, and what they are."""

THROTTLED = {
    "Lambda.TooManyRequestsException",
    "Rekognition.ProvisionedThroughputExceededException",
    "Rekognition.ThrottlingException",
    "RecogniserBusy",
}
"""What a burst of selfies meets: a recogniser, or a Lambda, that wants to be asked later."""

RECOGNISING = ["Check Face", "Search Celebrities", "Resolve Matches"]
"""The states that a burst can be throttled in."""

RETRY_FIELDS = {
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
}
"""What every Retry says."""

MOST_TRANSITIONS = 8
"""The most that a match which succeeds may have."""

JSONATA = {"exists", "floor", "merge", "string", "substringAfter", "toMillis"}
"""The functions of JSONata that the definition may call: standard ones, on AWS and elsewhere."""

SHORTEN = (
    f"in {workflow.ASL}, shorten a Retry, or raise the execution's TimeoutSeconds; WORKFLOW_LIMIT "
    "in layers/lookalike/lookalike/matches.py stays above that"
)
"""What to do where the slowest way through the workflow takes longer than an execution may."""

EXPRESSIONS = sorted(set(workflow.expressions(definition())))


def wrapped(machine: dict[str, Any]) -> dict[str, Any]:
    """A template that holds a definition, which cfn-lint looks into."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            "FindLookAlike": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "RoleArn": "arn:aws:iam::111122223333:role/example",
                    "Definition": machine,
                },
            }
        },
    }


# The language


def test_the_definition_is_amazon_states_language() -> None:
    found = sam_template.errors(wrapped(definition()))

    assert found == []


def test_a_misspelt_field_would_be_an_error() -> None:
    machine = copy.deepcopy(definition())
    machine["States"]["Check Face"]["TimeOutSeconds"] = 25

    found = sam_template.errors(wrapped(machine))

    assert any(error.startswith("E3601") for error in found)


def test_every_state_leads_to_states_that_exist() -> None:
    # cfn-lint looks at StartAt alone.
    assert workflow.missing_targets(states()) == set()
    assert definition()["StartAt"] in states()


@pytest.mark.parametrize(("name", "field"), [("Check Face", "Next"), ("Face Usable?", "Default")])
def test_a_broken_next_would_be_noticed(name: str, field: str) -> None:
    machine = copy.deepcopy(states())
    machine[name][field] = "Nowhere"

    missing = workflow.missing_targets(machine)

    assert missing == {"Nowhere"}


def test_every_state_can_be_reached() -> None:
    found = workflow.reachable(states(), definition()["StartAt"])

    assert found == set(states())


@pytest.mark.parametrize("name", states())
def test_a_state_leads_on_or_ends(name: str) -> None:
    state = states()[name]
    onward = "Next" in state or (state["Type"] == "Choice" and "Default" in state)

    assert onward != workflow.ends(state)


def test_no_execution_passes_a_state_twice() -> None:
    passed_twice = {
        step.origin
        for step in workflow.steps(states())
        if step.origin in workflow.reachable(states(), step.target)
    }

    assert passed_twice == set()


# Its shape


@pytest.mark.parametrize("name", tasks())
def test_the_call_of_a_task_can_be_told_from_the_others(name: str) -> None:
    sign = workflow.sign(name)

    alike = {
        other
        for other, state in tasks().items()
        if state["Resource"] == tasks()[name]["Resource"] and sign in str(state["Arguments"])
    }
    assert alike == {name}


def test_every_match_passes_these_tasks_in_this_order() -> None:
    found = [name for name in workflow.happy_tasks() if name in MILESTONES]

    assert found == MILESTONES


def test_the_happy_path_comes_first_in_the_file() -> None:
    path = workflow.happy_path()

    assert list(states())[: len(path)] == path


def test_the_happy_path_ends_well() -> None:
    *_, last = workflow.happy_path()

    assert last == "Publish Result"
    assert states()[last]["End"] is True


def test_a_success_has_few_transitions() -> None:
    # AWS counts the step from the start to the first state, and every state.
    assert 1 + len(workflow.happy_path()) <= MOST_TRANSITIONS, (
        "a transition costs USD 0.000025 a match: raise MOST_TRANSITIONS if the state is worth it"
    )


@pytest.mark.parametrize("name", tasks())
def test_a_task_is_called_by_a_verb_and_a_noun(name: str) -> None:
    verb, *noun = name.split()

    assert noun
    assert name == name.title()
    if name in workflow.invoked():
        code = sam_template.functions()[sam_template.substituted(workflow.invoked()[name])][
            "CodeUri"
        ]
        assert name == code.removeprefix("functions/").replace("_", " ").title()
    else:
        assert verb in VERBS, f"if the name is good, add its verb to VERBS in {workflow.HERE}"


@pytest.mark.parametrize("name", states())
def test_choices_and_nothing_else_are_questions(name: str) -> None:
    assert name.endswith("?") == (states()[name]["Type"] == "Choice")


@pytest.mark.parametrize("name", states())
def test_no_state_is_called_after_a_service(name: str) -> None:
    services = {"dynamodb", "ddb", "lambda", "rekognition", "s3", "eventbridge", "sns", "sqs"}

    assert not services & set(name.lower().split())


# Substitutions


def test_the_template_substitutes_exactly_what_the_definition_asks_for() -> None:
    asked = set(workflow.SUBSTITUTION.findall(workflow.PATH.read_text()))

    (machine,) = sam_template.of_type(
        "AWS::StepFunctions::StateMachine", sam_template.transformed()
    ).values()

    given = set(machine["DefinitionSubstitutions"])
    assert asked - given == set(), "add it to DefinitionSubstitutions in template.yaml"
    assert given - asked == set(), "nothing in the definition asks for it"


def test_no_name_or_arn_is_written_out() -> None:
    arns = {text for text in workflow.strings(definition()) if text.startswith("arn:")}

    assert arns == {state["Resource"] for state in tasks().values()}
    assert all(arn.startswith("arn:aws:states:::") for arn in arns)


# Errors


@pytest.mark.parametrize("name", tasks())
def test_a_task_has_a_time_limit(name: str) -> None:
    seconds = workflow.seconds_of(name)

    assert 0 < seconds < definition()["TimeoutSeconds"]


@pytest.mark.parametrize("name", tasks())
def test_a_task_is_tried_again_with_jitter_and_a_cap(name: str) -> None:
    for retry in workflow.retries_of(name):
        missing = RETRY_FIELDS - set(retry)
        assert missing == set(), f"a Retry of {name} in {workflow.ASL} says nothing of it"
        assert retry["JitterStrategy"] == "FULL"
        assert retry["MaxDelaySeconds"] > retry["IntervalSeconds"]
        assert retry["MaxAttempts"] >= 1
        assert retry["BackoffRate"] > 1


@pytest.mark.parametrize("name", tasks())
def test_only_named_errors_are_tried_again(name: str) -> None:
    named = {error for retry in workflow.retries_of(name) for error in retry["ErrorEquals"]}

    assert not named & {"States.ALL", "States.TaskFailed"}


@pytest.mark.parametrize("name", workflow.happy_tasks())
def test_a_task_that_a_match_passes_catches_every_error(name: str) -> None:
    assert "Catch" in tasks()[name], (
        f"{name} has no Catch: give it one in {workflow.ASL}, so that the match gets a named end"
    )


def test_what_finds_the_celebrities_passes_them_on() -> None:
    path = workflow.happy_tasks()
    before = path[path.index("Store Matches") - 1]

    assert tasks()[before].get("Output") == "{% $states.result.Payload %}", (
        f"Store Matches reads `method` and `celebrities` from the output of {before}"
    )


@pytest.mark.parametrize("name", [name for name in tasks() if "Catch" in tasks()[name]])
def test_the_last_catch_of_a_state_catches_everything_else(name: str) -> None:
    # States.TaskFailed would not do: States.QueryEvaluationError is none. The local AWS takes it
    # for one, so that no execution there can show the difference.
    *narrower, last = [catch["ErrorEquals"] for catch in tasks()[name]["Catch"]]

    assert last == ["States.ALL"]
    assert not {"States.ALL", "States.TaskFailed"} & {error for one in narrower for error in one}


@pytest.mark.parametrize("name", tasks())
def test_every_error_that_is_named_is_one_that_the_task_can_meet(name: str) -> None:
    state = tasks()[name]
    handlers = [*workflow.retries_of(name), *state.get("Catch", [])]
    named = {error for handler in handlers for error in handler["ErrorEquals"]} - {"States.ALL"}

    assert named - errors_of(workflow.integration(state)) == set()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("Claim Upload", "DynamoDB.ConditionalCheckFailed"),
        ("Claim Upload", "DynamoDb.ConditionalCheckFailedException"),
        ("Search Celebrities", "Rekognition.InvalidParameter"),
        ("Search Celebrities", "DynamoDB.ThrottlingException"),
        ("Search Celebrities", "RecogniserBusy"),
        ("Check Face", "RecognizerBusy"),
        ("Check Face", "States.TaskFailed"),
    ],
)
def test_an_error_that_nothing_throws_would_be_noticed(name: str, error: str) -> None:
    assert error not in errors_of(workflow.integration(tasks()[name]))


def errors_of(integration: str) -> set[str]:
    """The names of the errors that Step Functions reports of an integration."""
    service, operation = integration.removeprefix("aws-sdk:").split(":")
    model = botocore.session.get_session().get_service_model(service)
    (prefix,) = (ours for ours, botocores in SERVICES.items() if botocores == service)
    shapes = model.operation_model(operation[0].upper() + operation[1:]).error_shapes
    return {
        "States.Timeout",
        *(f"{prefix}.{java_name(shape.name)}" for shape in shapes),
        *(error for error in NOT_MODELLED if error.startswith(f"{prefix}.")),
        *(domain_errors() if service == "lambda" else ()),
    }


def java_name(shape: str) -> str:
    """What the Java SDK, with which Step Functions calls, makes of an error's name."""
    return shape if shape.endswith("Exception") else f"{shape}Exception"


def domain_errors() -> set[str]:
    """The names under which Lambda reports the product's own errors: those of their classes."""
    return {
        name
        for name, value in vars(domain).items()
        if isinstance(value, type) and issubclass(value, domain.LookAlikeError)
    }


def test_every_error_outside_the_model_is_needed() -> None:
    named = {
        error
        for name, state in tasks().items()
        for handler in [*workflow.retries_of(name), *state.get("Catch", [])]
        for error in handler["ErrorEquals"]
    }
    listed = set(NOT_MODELLED) - {"DynamoDB.AmazonDynamoDBException"}

    assert listed <= named


@pytest.mark.parametrize(
    "name", [name for name in tasks() if "dynamodb:" in tasks()[name]["Resource"]]
)
def test_a_table_that_is_scaling_up_is_asked_again(name: str) -> None:
    # An on-demand table says ThrottlingException, which the Java SDK that the integration of
    # DynamoDB is built on has long reported under its general name:
    # https://github.com/aws/aws-sdk-java/issues/2222
    named = {error for retry in workflow.retries_of(name) for error in retry["ErrorEquals"]}

    assert {"DynamoDB.AmazonDynamoDBException", "DynamoDB.ThrottlingException"} <= named


def test_no_error_of_a_photograph_is_tried_again() -> None:
    named = {
        error
        for name in tasks()
        for retry in workflow.retries_of(name)
        for error in retry["ErrorEquals"]
    }

    assert named & domain_errors() == {"RecogniserBusy", "RecogniserUnavailable"}


def test_every_failure_that_the_workflow_names_is_a_public_one() -> None:
    assigned = {
        code
        for state in tasks().values()
        for catch in state.get("Catch", [])
        if "Assign" in catch
        for code in codes(catch["Assign"]["failure"]["code"])
    }
    compared = {
        code
        for choice in states()["Whose Fault?"]["Choices"]
        for code in codes(choice["Condition"])
    }

    assert assigned | compared <= set(FailureCode)
    assert compared <= assigned
    assert len(assigned) == 4


def codes(text: str) -> set[str]:
    """The failure codes in an expression, or the one that is written out."""
    return set(re.findall(r"'(\w+)'", text)) if text.startswith("{%") else {text}


@pytest.mark.parametrize("name", tasks())
def test_a_state_catches_a_timeout_together_with_everything_else(name: str) -> None:
    # Step Functions hands the name of the error over, so that one Catch tells the two apart.
    caught = {error for one in tasks()[name].get("Catch", []) for error in one["ErrorEquals"]}

    assert "States.Timeout" not in caught


# Time


def test_no_match_ends_after_it_was_read_as_timed_out() -> None:
    # The limit ends the execution, and not the write that is on its way to the table just then.
    last_call = timedelta(seconds=definition()["TimeoutSeconds"])
    writes = [workflow.seconds_of(name) for name in ("Store Matches", "Record Failure")]

    assert last_call + timedelta(seconds=max(writes)) < WORKFLOW_LIMIT


def test_clients_wait_until_a_match_is_read_as_timed_out() -> None:
    script = (ROOT / "web" / "scripts" / "match-session.js").read_text()
    (page,) = re.findall(r"^const PATIENCE_MS = ([\d_]+);$", script, re.MULTILINE)

    assert WORKFLOW_LIMIT.total_seconds() < client.PATIENCE
    assert int(page) / 1000 > WORKFLOW_LIMIT.total_seconds()


@pytest.mark.parametrize("name", RECOGNISING)
def test_what_is_throttled_is_tried_for_longer_than_a_burst_of_sixty_takes(name: str) -> None:
    # Five calls a second is Rekognition's quota in most regions. A wait is half as long as it may
    # be, on the average of its draws; twice the time that the burst takes leaves the unlucky some.
    (retry,) = [one for one in workflow.retries_of(name) if THROTTLED & set(one["ErrorEquals"])]
    burst = 60 / 5

    assert set(retry["ErrorEquals"]) <= THROTTLED
    assert sum(workflow.longest_waits(retry)) / 2 > 2 * burst


def test_every_error_of_throttling_is_tried_again_that_long() -> None:
    named = {
        error
        for name in RECOGNISING
        for retry in workflow.retries_of(name)[:1]
        for error in retry["ErrorEquals"]
    }

    assert named == THROTTLED


def test_an_execution_that_waits_out_every_retry_still_records_its_failure() -> None:
    # All draws at their longest, every retry of every state taken, and still something left. Calls
    # that are throttled or refused are answered at once, so that the waits are what takes long.
    # A call that takes its whole TimeoutSeconds is tried again by the writes alone: a table that
    # answers no call for as long as that gets no failure recorded either, and the match is then
    # read as timed out.
    waits = {name: workflow.waits_of(name) for name in tasks()}

    longest = workflow.longest(states(), definition()["StartAt"], waits)

    left = definition()["TimeoutSeconds"] - workflow.seconds_of("Record Failure") - longest
    assert left > 0, f"{-left:g} seconds too long: {SHORTEN}"


def test_an_execution_of_average_luck_may_be_slow_in_every_state() -> None:
    # Every retry taken, after half its longest wait, and one call a state as slow as it may be.
    times = {name: workflow.waits_of(name) / 2 + workflow.seconds_of(name) for name in tasks()}

    longest = workflow.longest(states(), definition()["StartAt"], times)

    left = definition()["TimeoutSeconds"] - longest
    assert left > 0, f"{-left:g} seconds too long: {SHORTEN}"


def test_a_retry_waits_twice_as_long_each_time_up_to_its_cap() -> None:
    retry = {"IntervalSeconds": 2, "BackoffRate": 2, "MaxDelaySeconds": 8, "MaxAttempts": 4}

    assert workflow.longest_waits(retry) == [2, 4, 8, 8]


def test_the_longest_way_is_the_one_with_the_slowest_states() -> None:
    machine: dict[str, dict[str, Any]] = {
        "A": {"Type": "Task", "Next": "B", "Catch": [{"Next": "C"}]},
        "B": {"Type": "Task", "End": True},
        "C": {"Type": "Succeed"},
    }

    assert workflow.longest(machine, "A", {"A": 1.0, "B": 2.0}) == 3.0
    assert workflow.longest(machine, "A", {"A": 1.0, "B": 2.0, "C": 5.0}) == 6.0


@pytest.mark.parametrize("task", workflow.invoked())
def test_the_workflow_waits_until_a_function_has_given_up(task: str) -> None:
    name = sam_template.substituted(workflow.invoked()[task])

    function = sam_template.of_type("AWS::Lambda::Function", sam_template.transformed())[name]

    assert function["Timeout"] < workflow.seconds_of(task), (
        f"the TimeoutSeconds of {task} in {workflow.ASL} is not above the Timeout of {name}"
    )


# JSONata


def test_the_definition_has_expressions() -> None:
    assert len(EXPRESSIONS) > 10


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_calls_only_functions_that_every_jsonata_has(expression: str) -> None:
    assert workflow.called(expression) <= JSONATA


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_reads_no_implicit_input(expression: str) -> None:
    # On AWS there is neither `$` nor `$$` outside of a function's own arguments.
    assert not re.search(r"\$(?!\w)", expression)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_closes_what_it_opens(expression: str) -> None:
    pairs, open_ = {")": "(", "]": "[", "}": "{"}, list[str]()

    for character in re.sub(r"'[^']*'|`[^`]*`", "", expression):
        if character in pairs.values():
            open_.append(character)
        elif character in pairs:
            assert open_
            assert open_.pop() == pairs[character]

    assert open_ == []
    assert expression.count("'") % 2 == expression.count("`") % 2 == 0


@pytest.mark.parametrize("text", [t for t in workflow.strings(definition()) if "%" in t])
def test_an_expression_is_the_whole_of_its_string(text: str) -> None:
    # Step Functions takes anything else for literal text.
    assert re.fullmatch(r"\{%[^%]*%\}", text.strip())
    assert text == text.strip()


@pytest.mark.parametrize("name", states())
def test_a_state_reads_only_variables_that_were_assigned_on_every_way_to_it(name: str) -> None:
    known = workflow.assigned_before(states(), definition()["StartAt"])[name]

    read = {
        variable
        for expression in workflow.expressions(states()[name])
        for variable in workflow.variables(expression)
    }

    assert read - {"states"} <= known


def test_a_variable_that_is_assigned_on_some_ways_only_would_be_noticed() -> None:
    machine = copy.deepcopy(states())
    del machine["Search Celebrities"]["Catch"][0]["Assign"]
    del machine["Check Face"]["Assign"]

    known = workflow.assigned_before(machine, definition()["StartAt"])

    assert "failure" not in known["Record Failure"]


@pytest.mark.parametrize("name", [name for name in states() if name not in tasks()])
def test_a_state_that_calls_nothing_reads_no_result(name: str) -> None:
    code = " ".join(workflow.expressions(states()[name]))

    assert "$states.result" not in code


# What DynamoDB would refuse


def dynamodb_expressions(arguments: dict[str, Any]) -> str:
    """All the expressions of a call, in one."""
    return " ".join(value for name, value in arguments.items() if name.endswith("Expression"))


DYNAMODB_TASKS = [name for name in tasks() if "dynamodb:" in tasks()[name]["Resource"]]


@pytest.mark.parametrize("name", DYNAMODB_TASKS)
def test_every_placeholder_is_given_and_used(name: str) -> None:
    arguments = tasks()[name]["Arguments"]
    code = dynamodb_expressions(arguments)

    assert set(re.findall(r":\w+", code)) == set(arguments.get("ExpressionAttributeValues", {}))
    assert set(re.findall(r"#\w+", code)) == set(arguments.get("ExpressionAttributeNames", {}))


@pytest.mark.parametrize("name", DYNAMODB_TASKS)
def test_no_attribute_is_called_by_a_reserved_word(name: str) -> None:
    code = dynamodb_expressions(tasks()[name]["Arguments"])
    grammar = {"SET", "AND", "OR", "IN"}

    words = {word.upper() for word in re.findall(r"(?<![:#\w])[A-Za-z_]+", code)} - grammar

    assert words
    assert not words & set(ReservedKeywords.get_reserved_keywords())


@pytest.mark.parametrize("name", ["Store Matches", "Record Failure"])
def test_a_write_after_the_claim_asks_for_the_claim(name: str) -> None:
    condition = tasks()[name]["Arguments"]["ConditionExpression"]

    assert "execution = :execution" in condition
    assert "#status IN (:processing" in condition
