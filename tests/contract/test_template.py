"""The template, as CloudFormation gets it."""

import ast
import copy
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from cli import redrive
from cli.deploy import Deployment
from local.stack import DAILY_LIMITS
from local.state import ROOT
from lookalike import matches as matches_module
from lookalike.portrait_files import CURATED
from lookalike.selfies import DAYS_OF_COPIES, DAYS_TAG, SELFIE_PREFIX
from lookalike.tombstones import TOKEN_LIFETIME
from tests.contract import permissions, sam_template, workflow
from tests.contract.sam_template import (
    allowed,
    as_list,
    errors,
    event_names,
    functions,
    label,
    of_type,
    routes,
    rules,
    statements,
    transformed,
    written,
)

ROLES = sorted(of_type("AWS::IAM::Role", transformed()))
FUNCTIONS = sorted(functions())
BUCKETS = ["SelfiesBucket", "PortraitsBucket"]
TABLES = ["MatchesTable", "PortraitsTable", "PacksTable"]
WORKERS = {
    "ForgetMemberFunction": "ForgottenMembersQueue",
    "IndexPortraitFunction": "PortraitChangesQueue",
    "MeasurePackFunction": "PackChangesQueue",
}
"""The functions that work off a queue."""
DEAD_LETTERS = {
    "FindLookAlikeSelfieUploaded": "UndeliveredSelfiesQueue",
    "PortraitChanged": "UndeliveredPortraitChangesQueue",
    "PortraitChangesQueue": "FailedPortraitChangesQueue",
    "PackChangesQueue": "FailedPackChangesQueue",
    "ForgottenMembersQueue": "FailedForgottenMembersQueue",
}
"""What takes the messages that each rule cannot deliver, and that fail in each queue."""
QUEUES = [*WORKERS.values(), *DEAD_LETTERS.values()]
COUNTS = "CountMatchFunctionMatchEnded"
"""The rule that only counts: what it cannot deliver is not counted, and nothing else is lost."""
WORKING_RULES = sorted(set(rules()) - {COUNTS})

NO_VALUE = {"Ref": "AWS::NoValue"}
HOSTED_PAGE = {"Fn::Sub": "https://${WebBranch.BranchName}.${WebApp.DefaultDomain}"}
NAMED_PAGES = {"Fn::Split": [",", {"Ref": "WebOrigin"}]}
KEPT_IN_PROD = {"Fn::If": ["IsProd", "Retain", "Delete"]}
ANYONE = {
    "POST /guest/matches",
    "GET /guest/matches/{match_id}",
    "DELETE /guest/matches/{match_id}",
    "GET /packs",
    "GET /celebrities",
    "GET /status",
}
"""The only routes without an authorizer."""

SERVICES = ("cloudfront", "cognito-idp", "dynamodb", "rekognition", "s3", "sqs")
THE_LAYERS = {"RECOGNISER_ATTEMPTS"}
"""The variables that the layer reads by itself, where they are set."""
PRESIGNED = {"s3 generate_presigned_post", "s3 generate_presigned_url"}


def bucket(name: str) -> Any:
    return of_type("AWS::S3::Bucket", transformed())[name]


def table(name: str) -> Any:
    return of_type("AWS::DynamoDB::Table", transformed())[name]


def queue(name: str) -> Any:
    return of_type("AWS::SQS::Queue", transformed())[name]


def mapping(name: str) -> Any:
    """How a function works off its queue."""
    (found,) = (
        properties
        for properties in of_type("AWS::Lambda::EventSourceMapping", transformed()).values()
        if properties["FunctionName"] == {"Ref": name}
    )
    return found


def senders(name: str) -> Any:
    """The statement that lets rules send to a queue."""
    (statement,) = (
        statement
        for policy in of_type("AWS::SQS::QueuePolicy", transformed()).values()
        if policy["Queues"] == [{"Ref": name}]
        for statement in policy["PolicyDocument"]["Statement"]
    )
    return statement


def function(name: str) -> Any:
    return of_type("AWS::Lambda::Function", transformed())[name]


def product_code() -> Iterator[ast.AST]:
    """Every node of the functions' and the layer's code."""
    for folder in ("functions", "layers"):
        for path in (ROOT / folder).rglob("*.py"):
            yield from ast.walk(ast.parse(path.read_text()))


def called_methods() -> Iterator[str]:
    """The name of every method that the product calls, and what it asks for page by page."""
    for node in product_code():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr
            if node.func.attr == "get_paginator":
                yield str(ast.literal_eval(node.args[0]))


# As a whole


def test_the_transformed_template_is_free_of_errors() -> None:
    found = errors(transformed())

    assert found == []


def test_a_dependency_cycle_would_be_an_error() -> None:
    template = copy.deepcopy(transformed())
    template["Resources"]["MatchesTable"]["DependsOn"] = "ApiFunction"

    found = errors(template)

    assert any(error.startswith("E3004") for error in found)


def test_every_parameter_is_used() -> None:
    text = str({name: part for name, part in written().items() if name != "Parameters"})

    unused = [
        name
        for name in written()["Parameters"]
        if f"{{'Ref': '{name}'}}" not in text and f"${{{name}}}" not in text
    ]

    assert unused == []


def test_every_parameter_has_a_default() -> None:
    without = [name for name, value in written()["Parameters"].items() if "Default" not in value]

    assert without == []


# Runtime, code and layer


def test_lambda_knows_every_runtime_that_may_be_chosen() -> None:
    known = botocore.session.get_session().get_service_model("lambda").shape_for("Runtime")
    parameter = written()["Parameters"]["PythonRuntime"]

    unknown = {*parameter["AllowedValues"], parameter["Default"]} - set(known.metadata["enum"])

    assert not unknown
    assert parameter["Default"] in parameter["AllowedValues"]


def test_the_runtimes_are_the_pythons_that_the_project_supports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lowest, highest = re.findall(r"3\.(\d+)", project["requires-python"])

    allowed_values = written()["Parameters"]["PythonRuntime"]["AllowedValues"]

    assert allowed_values == [f"python3.{minor}" for minor in range(int(lowest), int(highest))]


def test_lambda_knows_every_architecture_that_may_be_chosen() -> None:
    known = botocore.session.get_session().get_service_model("lambda").shape_for("Architecture")

    parameter = written()["Parameters"]["Architecture"]

    assert set(parameter["AllowedValues"]) <= set(known.metadata["enum"])
    assert parameter["Default"] in parameter["AllowedValues"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_runs_on_the_chosen_runtime_and_architecture(name: str) -> None:
    properties = function(name)

    assert properties["Runtime"] == {"Ref": "PythonRuntime"}
    assert properties["Architectures"] == [{"Ref": "Architecture"}]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_handler_that_the_template_names(name: str) -> None:
    module, attribute = function(name)["Handler"].split(".")
    source = (ROOT / functions()[name]["CodeUri"] / f"{module}.py").read_text()

    defined = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}

    assert attribute in defined


def test_every_folder_of_functions_is_a_function() -> None:
    folders = {f"functions/{path.parent.name}" for path in (ROOT / "functions").glob("*/app.py")}

    described = {properties["CodeUri"] for properties in functions().values()}

    assert folders == described


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_named_after_its_folder(name: str) -> None:
    folder = functions()[name]["CodeUri"].removeprefix("functions/")

    expected = "".join(word.capitalize() for word in folder.split("_")) + "Function"

    assert name == expected


def test_the_layer_is_built_from_the_package_and_its_requirements() -> None:
    (layer,) = of_type("AWS::Serverless::LayerVersion", written()).values()

    content = ROOT / layer["ContentUri"]

    assert (content / "lookalike" / "__init__.py").is_file()
    assert (content / "requirements.txt").is_file()


def test_the_layer_is_built_for_the_functions_architecture_and_runtime() -> None:
    layer = written()["Resources"]["LookAlikeLayer"]

    assert layer["Metadata"]["BuildArchitecture"] == {"Ref": "Architecture"}
    assert layer["Metadata"]["BuildMethod"] == {"Ref": "PythonRuntime"}
    assert layer["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}]
    assert layer["Properties"]["CompatibleRuntimes"] == [{"Ref": "PythonRuntime"}]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_layer(name: str) -> None:
    (layer,) = of_type("AWS::Lambda::LayerVersion", transformed())

    assert function(name)["Layers"] == [{"Ref": layer}]


def test_the_state_machine_is_built_from_a_file_that_exists() -> None:
    definition = written()["Resources"]["FindLookAlike"]["Properties"]["DefinitionUri"]

    assert (ROOT / definition).is_file()
    assert (ROOT / definition) == workflow.PATH


# Settings


def declared_settings(folder: str) -> set[str]:
    """The variables that a function's settings declare: its own and those of its stores."""
    sources = [ROOT / folder / "app.py", *(ROOT / "layers/lookalike/lookalike").glob("*.py")]
    classes = {
        node.name: node
        for path in sources
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    }
    own = {
        node.name
        for node in ast.parse(sources[0].read_text()).body
        if isinstance(node, ast.ClassDef)
    }

    def bases(name: str) -> set[str]:
        named = {base.id for base in classes[name].bases if isinstance(base, ast.Name)}
        return {name}.union(*(bases(base) for base in named & {*classes}))

    return {
        field.target.id.upper()
        for name in own
        if "Settings" in bases(name)
        for base in bases(name)
        for field in classes[base].body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_gets_exactly_the_settings_that_it_declares(name: str) -> None:
    declared = declared_settings(functions()[name]["CodeUri"])

    variables = function(name)["Environment"]["Variables"]

    own = {name for name in variables if not name.startswith("POWERTOOLS_")} - THE_LAYERS
    assert own == declared


def test_the_settings_of_the_api_are_found() -> None:
    assert "MATCHES_TABLE" in declared_settings("functions/api")


def test_functions_that_work_off_a_queue_are_patient_with_the_recogniser() -> None:
    patient = {
        name
        for name in FUNCTIONS
        if int(function(name)["Environment"]["Variables"].get("RECOGNISER_ATTEMPTS", 0)) > 2
    }

    assert patient == set(WORKERS) - {"ForgetMemberFunction"}  # which asks it for nothing


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_of_no_bucket_table_or_queue_that_it_may_not_use(name: str) -> None:
    told = {
        value["Ref"]
        for value in function(name)["Environment"]["Variables"].values()
        if isinstance(value, dict) and "Ref" in value
    }
    role = function(name)["Role"]["Fn::GetAtt"][0]
    used = {resource.partition("/")[0] for _, resource in allowed(role)}

    assert told & {*BUCKETS, *TABLES, *QUEUES} <= used


def test_every_variable_of_the_layers_own_is_read_there() -> None:
    source = (ROOT / "layers/lookalike/lookalike/recogniser.py").read_text()

    assert {name for name in THE_LAYERS if f"    {name.lower()}: " not in source} == set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_reports_under_its_folders_name(name: str) -> None:
    variables = function(name)["Environment"]["Variables"]
    folder = functions()[name]["CodeUri"].removeprefix("functions/")

    assert variables.get("POWERTOOLS_SERVICE_NAME") == folder, (
        f"set POWERTOOLS_SERVICE_NAME of {name} in template.yaml to its folder's name"
    )
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "LookAlike"


# What is kept


@pytest.mark.parametrize("name", [*BUCKETS, "PicturesBucket"])
def test_a_bucket_is_private(name: str) -> None:
    properties = bucket(name)

    assert properties["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_these_are_all_the_buckets() -> None:
    assert set(of_type("AWS::S3::Bucket", transformed())) == {*BUCKETS, "PicturesBucket"}


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_keeps_versions_encrypts_and_tells_eventbridge(name: str) -> None:
    properties = bucket(name)

    (encryption,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    told = properties["NotificationConfiguration"]["EventBridgeConfiguration"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert told["EventBridgeEnabled"] is True


@pytest.mark.parametrize("name", [*BUCKETS, "PicturesBucket"])
def test_a_bucket_refuses_what_is_not_encrypted_on_the_way(name: str) -> None:
    (policy,) = (
        policy
        for policy in of_type("AWS::S3::BucketPolicy", transformed()).values()
        if policy["Bucket"] == {"Ref": name}
    )

    statement, *others = policy["PolicyDocument"]["Statement"]

    assert len(others) == (name == "PicturesBucket")
    assert statement["Effect"] == "Deny"
    assert (statement["Principal"], statement["Action"]) == ("*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert [label(resource) for resource in statement["Resource"]] == [name, f"{name}/*"]


@pytest.mark.parametrize("name", BUCKETS)
def test_only_pages_of_the_web_origin_may_use_a_bucket(name: str) -> None:
    (rule,) = bucket(name)["CorsConfiguration"]["CorsRules"]

    assert rule["AllowedOrigins"] == {"Fn::If": ["IsHosted", [HOSTED_PAGE], NAMED_PAGES]}
    assert set(rule["AllowedMethods"]) == {"GET", "POST"}


def test_only_the_distribution_reads_the_pictures() -> None:
    policies = of_type("AWS::S3::BucketPolicy", transformed())
    _, (condition, reading, otherwise) = (
        statement.get("Fn::If", statement)
        for statement in policies["PicturesBucketPolicy"]["PolicyDocument"]["Statement"]
    )

    assert (condition, otherwise) == ("IsOnCloudFront", {"Ref": "AWS::NoValue"})
    assert reading["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert reading["Action"] == "s3:GetObject"
    assert label(reading["Resource"]) == permissions.COPIES
    source = reading["Condition"]["StringEquals"]["AWS:SourceArn"]
    assert label(source) == permissions.DISTRIBUTION


def test_deleted_pictures_are_gone_and_written_ones_start_nothing() -> None:
    properties = bucket("PicturesBucket")

    assert not {"VersioningConfiguration", "NotificationConfiguration"} & properties.keys()


def test_the_distribution_serves_the_pictures_over_tls_alone() -> None:
    (distribution,) = of_type("AWS::CloudFront::Distribution", transformed()).values()
    config = distribution["DistributionConfig"]
    (origin,) = config["Origins"]

    assert origin["DomainName"] == {"Fn::GetAtt": ["PicturesBucket", "RegionalDomainName"]}
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["PicturesAccess", "Id"]}
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "https-only"
    assert config["DefaultCacheBehavior"]["AllowedMethods"] == ["GET", "HEAD"]


def enabled_rules(name: str) -> list[Any]:
    lifecycle = bucket(name)["LifecycleConfiguration"]["Rules"]
    return [rule for rule in lifecycle if rule["Status"] == "Enabled"]


def test_current_selfies_expire_when_the_deployment_says_so() -> None:
    expiring = [
        rule
        for rule in enabled_rules("SelfiesBucket")
        if "ExpirationInDays" in rule and "TagFilters" not in rule
    ]

    assert [rule["ExpirationInDays"] for rule in expiring] == [{"Ref": "SelfieRetentionDays"}]


def test_copies_of_selfies_expire_after_the_days_of_their_tag() -> None:
    tagged = {
        (filter_["Key"], filter_["Value"]): rule["ExpirationInDays"]
        for rule in enabled_rules("SelfiesBucket")
        for filter_ in rule.get("TagFilters", [])
    }

    assert tagged == {(DAYS_TAG, str(days)): days for days in DAYS_OF_COPIES}


@pytest.mark.parametrize("name", BUCKETS)
def test_versions_behind_an_expired_or_replaced_object_go_after_a_day(name: str) -> None:
    days = [
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for rule in enabled_rules(name)
        if "NoncurrentVersionExpiration" in rule
    ]

    assert days == [1]


@pytest.mark.parametrize("name", BUCKETS)
def test_delete_markers_go_by_a_rule_of_their_own(name: str) -> None:
    (rule,) = (rule for rule in enabled_rules(name) if rule.get("ExpiredObjectDeleteMarker"))

    assert set(rule) == {"Id", "Status", "ExpiredObjectDeleteMarker"}


@pytest.mark.parametrize("name", BUCKETS)
def test_no_lifecycle_rule_but_that_of_copies_is_limited_to_some_of_the_objects(name: str) -> None:
    filters = {"Prefix", "Filter", "ObjectSizeGreaterThan", "ObjectSizeLessThan"}

    limited = [rule["Id"] for rule in enabled_rules(name) if filters & rule.keys()]

    assert limited == []


@pytest.mark.parametrize("name", TABLES)
def test_a_table_can_be_restored_unless_people_delete_from_it(name: str) -> None:
    properties = table(name)

    is_restorable = "PointInTimeRecoverySpecification" in properties
    assert is_restorable == (name != "MatchesTable")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_paid_by_use_and_encrypted_with_the_key_that_costs_nothing(name: str) -> None:
    properties = table(name)

    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    # DynamoDB encrypts every table. With SSEEnabled it would pay KMS for each use of a key.
    assert "SSESpecification" not in properties


def test_these_are_all_the_tables() -> None:
    assert set(of_type("AWS::DynamoDB::Table", transformed())) == set(TABLES)


def test_matches_are_forgotten_by_the_attribute_that_the_code_and_the_workflow_write() -> None:
    attribute = table("MatchesTable")["TimeToLiveSpecification"]["AttributeName"]

    claim = workflow.states()["Claim Upload"]["Arguments"]["UpdateExpression"]

    assert table("MatchesTable")["TimeToLiveSpecification"]["Enabled"] is True
    assert f'"{attribute}"' in (ROOT / "layers/lookalike/lookalike/matches.py").read_text()
    assert f"{attribute} = kept_until" in claim


def used_indexes(module: str) -> set[str]:
    """The IndexName of every query in a module of the layer."""
    source = ast.parse((ROOT / "layers/lookalike/lookalike" / module).read_text())
    keywords = {
        node.value.value
        for node in ast.walk(source)
        if isinstance(node, ast.keyword)
        and node.arg == "IndexName"
        and isinstance(node.value, ast.Constant)
    }
    entries = {
        value.value
        for node in ast.walk(source)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant)
        and key.value == "IndexName"
        and isinstance(value, ast.Constant)
    }
    return {str(name) for name in keywords | entries}


@pytest.mark.parametrize(
    ("module", "name"), [("matches.py", "MatchesTable"), ("portraits.py", "PortraitsTable")]
)
def test_a_table_has_exactly_the_indexes_that_the_code_queries(module: str, name: str) -> None:
    indexes = {index["IndexName"] for index in table(name)["GlobalSecondaryIndexes"]}

    assert indexes == used_indexes(module)


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("SelfiesBucket", "Delete"),
        ("PortraitsBucket", KEPT_IN_PROD),
        ("PicturesBucket", KEPT_IN_PROD),
        *((table, KEPT_IN_PROD) for table in TABLES),
        ("CelebritiesCollection", KEPT_IN_PROD),
    ],
)
def test_the_catalog_and_the_matches_of_prod_outlive_the_stack_and_selfies_do_not(
    name: str, fate: Any
) -> None:
    resource = transformed()["Resources"][name]

    assert resource["DeletionPolicy"] == fate


def test_the_transform_that_lets_a_policy_depend_on_the_stage_comes_before_sams() -> None:
    assert written()["Transform"] == ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"]


def test_the_page_is_hosted_only_where_that_is_wanted_and_names_nothing_of_the_api() -> None:
    hosting = {
        name: resource
        for name, resource in transformed()["Resources"].items()
        if resource["Type"].startswith("AWS::Amplify::")
    }

    assert set(hosting) == {"WebApp", "WebBranch"}
    assert {resource["Condition"] for resource in hosting.values()} == {"IsHosted"}
    assert "HttpApi" not in str(hosting)


@pytest.mark.parametrize("group", ["ApiLogGroup", "FindLookAlikeLogGroup"])
def test_logs_that_aws_delivers_lie_where_one_policy_of_the_account_has_room(group: str) -> None:
    name = of_type("AWS::Logs::LogGroup", transformed())[group]["LogGroupName"]["Fn::Sub"]

    assert name.startswith("/aws/vendedlogs/")
    assert "${AWS::StackName}" in name


@pytest.mark.parametrize("name", [*BUCKETS, "PicturesBucket", *TABLES, *QUEUES, "UserPool"])
def test_data_has_one_policy_for_deletion_and_replacement(name: str) -> None:
    resource = transformed()["Resources"][name]

    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"]


# Who may call


def test_the_routes_of_the_template_are_those_of_the_code() -> None:
    source = ast.parse((ROOT / "functions/api/app.py").read_text())
    served = {
        f"{decorator.func.attr.upper()} "
        + re.sub(r"<(\w+)>", r"{\1}", str(ast.literal_eval(decorator.args[0])))
        for node in source.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
    }

    described = set(routes())

    assert described == served


def test_a_route_and_its_handler_have_one_name() -> None:
    source = (ROOT / "functions/api/app.py").read_text()

    named = {
        node.name.replace("_", "")
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }

    assert {name.lower() for name in event_names()} <= named


@pytest.mark.parametrize("route", sorted(set(routes()) - ANYONE))
def test_a_route_for_members_asks_who_they_are(route: str) -> None:
    assert routes()[route]["security"] == [{"SignedIn": []}]


@pytest.mark.parametrize("route", sorted(ANYONE))
def test_a_route_for_everyone_has_no_authorizer(route: str) -> None:
    assert routes()[route]["security"] == [{"NONE": []}]


def test_members_are_those_of_the_user_pool_and_its_client() -> None:
    (api,) = of_type("AWS::ApiGatewayV2::Api", transformed()).values()

    authorizer = api["Body"]["components"]["securitySchemes"]["SignedIn"][
        "x-amazon-apigateway-authorizer"
    ]

    assert authorizer["type"] == "jwt"
    assert authorizer["identitySource"] == "$request.header.Authorization"
    assert authorizer["jwtConfiguration"] == {
        "issuer": {"Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${UserPool}"},
        "audience": [{"Ref": "UserPoolClient"}],
    }


@pytest.mark.parametrize("kind", ["IdToken", "AccessToken"])
def test_a_token_lives_as_long_as_the_code_believes(kind: str) -> None:
    (client,) = of_type("AWS::Cognito::UserPoolClient", transformed()).values()

    lifetime = timedelta(minutes=client[f"{kind}Validity"])

    assert client["TokenValidityUnits"][kind] == "minutes"
    assert lifetime == TOKEN_LIFETIME


@pytest.mark.parametrize("hosted", [True, False])
def test_only_pages_of_the_web_origin_may_call(hosted: bool) -> None:
    template = transformed(WebOrigin="https://one.example,https://other.example")
    (api,) = of_type("AWS::ApiGatewayV2::Api", template).values()

    condition, *choices = api["Body"]["x-amazon-apigateway-cors"]["Fn::If"]
    cors = choices[0 if hosted else 1]

    named = {"Fn::Split": [",", "https://one.example,https://other.example"]}
    assert condition == "IsHosted"
    assert cors["allowOrigins"] == ([HOSTED_PAGE] if hosted else named)
    assert set(cors["allowMethods"]) == {route.split()[0] for route in routes()}
    assert cors["exposeHeaders"] == ["retry-after"]
    assert set(cors["allowHeaders"]) == {"authorization", "content-type", "idempotency-key"}


def test_every_route_is_throttled_and_what_guests_write_harder() -> None:
    (stage,) = of_type("AWS::ApiGatewayV2::Stage", transformed()).values()
    everyone = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]

    harder = {
        route
        for route, settings in stage["RouteSettings"].items()
        if settings["ThrottlingRateLimit"] < everyone
    }

    assert everyone > 0
    assert harder == {"POST /matches"} | {route for route in ANYONE if not route.startswith("GET ")}


def test_no_settings_are_for_a_route_that_is_not_there() -> None:
    (stage,) = of_type("AWS::ApiGatewayV2::Stage", transformed()).values()

    assert set(stage["RouteSettings"]) <= set(routes())


def test_the_access_log_never_says_a_guests_key() -> None:
    (stage,) = of_type("AWS::ApiGatewayV2::Stage", transformed()).values()

    fields = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"]))

    assert "routeKey" in fields
    assert not fields & {"path", "rawPath", "domainName"}


def test_the_group_of_those_who_curate_is_the_one_that_the_code_asks_for() -> None:
    (group,) = of_type("AWS::Cognito::UserPoolGroup", transformed()).values()

    assert group["UserPoolId"] == {"Ref": "UserPool"}
    assert f'CURATORS = "{group["GroupName"]}"' in (ROOT / "functions/api/app.py").read_text()


# What it may cost


@pytest.mark.parametrize(
    ("name", "default"),
    [("MatchesPerDay", 50), ("GuestMatchesPerDay", 50), ("DeploymentMatchesPerDay", 1000)],
)
def test_a_deployment_limits_the_matches_of_a_day(name: str, default: int) -> None:
    parameter = written()["Parameters"][name]

    assert (parameter["Default"], parameter["MinValue"]) == (default, 0)


def test_the_local_stack_knows_the_limits_that_it_lifts() -> None:
    assert set(DAILY_LIMITS) == {
        name for name in written()["Parameters"] if name.endswith("PerDay")
    }


def test_the_subscription_and_the_budget_exist_only_with_an_alarm_address() -> None:
    resources = transformed()["Resources"]

    conditional = {
        name for name, one in resources.items() if one.get("Condition") == "HasAlarmEmail"
    }

    assert conditional == {"AlarmSubscription", "MonthlyBudget"}
    assert written()["Parameters"]["AlarmEmail"]["Default"] == ""


def test_budgets_may_write_to_the_topic_of_the_alarms() -> None:
    (policy,) = of_type("AWS::SNS::TopicPolicy", transformed()).values()
    (budget,) = of_type("AWS::Budgets::Budget", transformed()).values()

    (statement,) = policy["PolicyDocument"]["Statement"]

    assert "budgets.amazonaws.com" in statement["Principal"]["Service"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }
    for notification in budget["NotificationsWithSubscribers"]:
        assert notification["Subscribers"] == [
            {"SubscriptionType": "SNS", "Address": {"Ref": "AlarmTopic"}}
        ]


def test_concurrency_is_reserved_only_where_that_is_wanted() -> None:
    reserved = {
        name: function(name)["ReservedConcurrentExecutions"]
        for name in FUNCTIONS
        if "ReservedConcurrentExecutions" in function(name)
    }

    wanted = {"Fn::If": ["HasReservedConcurrency", {"Ref": "ReservedConcurrency"}, NO_VALUE]}
    awaited = {sam_template.substituted(one) for one in workflow.invoked().values()}
    without = {"ApiFunction", *awaited} - set(reserved)
    assert without == set(), (
        "a person waits for it: add `ReservedConcurrentExecutions: *reserved` in template.yaml"
    )
    assert reserved == dict.fromkeys(["ApiFunction", *awaited], wanted)
    assert written()["Parameters"]["ReservedConcurrency"]["Default"] == 0


def test_accounts_are_of_the_tier_that_costs_least() -> None:
    (pool,) = of_type("AWS::Cognito::UserPool", transformed()).values()

    assert pool["UserPoolTier"] == "LITE"


# Least privilege


@pytest.mark.parametrize("role", ROLES)
def test_no_statement_allows_every_action_of_a_service(role: str) -> None:
    actions = {action for action, _ in allowed(role)}

    assert not {action for action in actions if "*" in action}


@pytest.mark.parametrize("role", ROLES)
def test_no_statement_allows_by_exclusion(role: str) -> None:
    names = {name for statement in statements(role) for name in statement}

    assert names <= {"Sid", "Effect", "Action", "Resource", "Condition"}


@pytest.mark.parametrize("role", ROLES)
def test_only_actions_that_know_no_resource_are_allowed_on_every_one(role: str) -> None:
    anywhere = {action for action, resource in allowed(role) if resource == "*"}

    assert anywhere <= set(permissions.EVERY_RESOURCE)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_only_the_managed_policies_with_a_reason(role: str) -> None:
    managed = of_type("AWS::IAM::Role", transformed())[role].get("ManagedPolicyArns", [])

    assert set(managed) <= set(permissions.MANAGED)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_everything_that_is_called_in_its_name(role: str) -> None:
    missing = permissions.needed(role) - allowed(role)

    assert missing == set(), f"allow it to {role} in template.yaml"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_nothing_that_is_never_called_in_its_name(role: str) -> None:
    surplus = allowed(role) - permissions.needed(role)

    assert surplus == set(), f"add it to CALLS in {permissions.HERE}, or take it from {role}"


def test_the_list_of_calls_is_of_roles_that_there_are() -> None:
    assert set(permissions.CALLS) - set(ROLES) == set(), "there is no such role"


def test_who_is_not_in_the_list_of_calls_needs_nothing() -> None:
    assert permissions.needed("CountMatchFunctionRole") == set()


def test_the_list_of_calls_names_every_operation_that_the_code_calls() -> None:
    session = botocore.session.get_session()
    operations = {
        xform_name(operation): f"{service} {xform_name(operation)}"
        for service in SERVICES
        for operation in session.get_service_model(service).operation_names
    }
    operations |= {name.split()[1]: name for name in PRESIGNED}

    found = {operations[name] for name in called_methods() if name in operations}

    listed = {
        operation
        for role in permissions.CALLS
        if role.endswith("FunctionRole")
        for operation in permissions.CALLS[role]
    }
    assert found - listed == set(), f"add it to CALLS in {permissions.HERE}"
    assert listed - found == set(), "the code calls no such operation"


def test_the_list_of_calls_names_every_integration_of_the_workflow() -> None:
    integrations = {
        state["Resource"].removeprefix("arn:aws:states:::")
        for state in workflow.states().values()
        if state["Type"] == "Task"
    }

    listed = set(permissions.CALLS["FindLookAlikeRole"])
    assert integrations - listed == set(), f"add it to CALLS in {permissions.HERE}"
    assert listed - integrations == set(), "no state calls it"


@pytest.mark.parametrize(
    ("role", "objects"),
    [
        ("CheckFaceFunctionRole", permissions.SELFIES),
        ("ResolveMatchesFunctionRole", permissions.SELFIES),
        ("IndexPortraitFunctionRole", permissions.PORTRAITS),
        ("FindLookAlikeRole", permissions.SELFIES),
    ],
)
def test_a_role_that_passes_a_version_to_rekognition_may_read_versions(
    role: str, objects: str
) -> None:
    assert ("s3:GetObjectVersion", objects) in allowed(role)


@pytest.mark.parametrize("role", ["ApiFunctionRole", "ForgetMemberFunctionRole"])
def test_versions_are_listed_under_the_prefix_of_selfies_alone(role: str) -> None:
    (statement,) = (
        statement
        for statement in statements(role)
        if "s3:ListBucketVersions" in as_list(statement["Action"])
    )

    prefix = statement["Condition"]["StringLike"]["s3:prefix"]

    assert prefix == f"{SELFIE_PREFIX}*"


def test_forms_for_portraits_reach_the_folder_of_curated_ones_alone() -> None:
    written_to = {
        resource
        for action, resource in allowed("ApiFunctionRole")
        if action == "s3:PutObject" and resource.startswith("PortraitsBucket")
    }

    assert written_to == {f"PortraitsBucket/*/{CURATED}/*"}


# The workflow and what indexes


def test_the_state_machine_is_of_the_kind_that_runs_once_and_is_traced() -> None:
    (machine,) = of_type("AWS::StepFunctions::StateMachine", transformed()).values()

    assert machine["StateMachineType"] == "STANDARD"
    assert machine["TracingConfiguration"] == {"Enabled": True}


def test_the_state_machine_logs_no_data_of_anyone() -> None:
    (machine,) = of_type("AWS::StepFunctions::StateMachine", transformed()).values()

    logging = machine["LoggingConfiguration"]

    assert logging["IncludeExecutionData"] is False
    assert logging["Level"] in {"ERROR", "ALL"}
    assert logging["Destinations"]


@pytest.mark.parametrize("name", WORKING_RULES)
def test_what_a_rule_cannot_deliver_goes_to_its_own_queue(name: str) -> None:
    (target,) = rules()[name]["Targets"]

    assert label(target["DeadLetterConfig"]["Arn"]) == DEAD_LETTERS[name]
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0


SENDERS = {
    "PortraitChangesQueue": ["PortraitChanged"],
    "UndeliveredSelfiesQueue": ["FindLookAlikeSelfieUploaded"],
    "UndeliveredPortraitChangesQueue": ["PortraitChanged"],
}
"""The rules that send to each queue."""


@pytest.mark.parametrize("name", sorted(SENDERS))
def test_eventbridge_may_write_to_a_queue(name: str) -> None:
    statement = senders(name)

    assert statement["Effect"] == "Allow"
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert label(statement["Resource"]) == name


@pytest.mark.parametrize("name", sorted(SENDERS))
def test_a_queue_is_open_to_its_rules_by_the_condition_that_aws_documents(name: str) -> None:
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/rule-dlq.html
    condition = senders(name)["Condition"]

    assert list(condition) == ["ArnEquals"]
    assert list(condition["ArnEquals"]) == ["aws:SourceArn"]
    rules_named = [label(rule) for rule in as_list(condition["ArnEquals"]["aws:SourceArn"])]
    assert rules_named == SENDERS[name]


def test_no_other_queue_is_open_to_anyone() -> None:
    policies = of_type("AWS::SQS::QueuePolicy", transformed()).values()

    opened = sorted(label(name) for policy in policies for name in policy["Queues"])

    assert opened == sorted(SENDERS)


def test_these_are_all_the_queues() -> None:
    assert set(of_type("AWS::SQS::Queue", transformed())) == set(QUEUES)


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_is_encrypted(name: str) -> None:
    assert queue(name)["SqsManagedSseEnabled"] is True


def test_every_source_has_a_dead_letter_queue_of_its_own() -> None:
    assert set(DEAD_LETTERS) == {*WORKING_RULES, *WORKERS.values()}
    assert len(set(DEAD_LETTERS.values())) == len(DEAD_LETTERS)


@pytest.mark.parametrize("name", sorted(DEAD_LETTERS.values()))
def test_dead_letters_are_kept_for_two_weeks(name: str) -> None:
    kept = timedelta(seconds=queue(name)["MessageRetentionPeriod"])

    assert kept == timedelta(days=14)


@pytest.mark.parametrize("name", sorted(WORKERS.values()))
def test_a_message_that_fails_in_the_end_goes_to_its_own_queue(name: str) -> None:
    policy = queue(name)["RedrivePolicy"]

    assert label(policy["deadLetterTargetArn"]) == DEAD_LETTERS[name]
    assert policy["maxReceiveCount"] > 1


def test_the_command_knows_the_queues_that_eventbridge_fills() -> None:
    known = {redrive.UNDELIVERED_SELFIES, redrive.UNDELIVERED_PORTRAITS}

    assert known == {DEAD_LETTERS[name] for name in WORKING_RULES}


@pytest.mark.parametrize("name", sorted(WORKERS.values()))
def test_a_message_fails_in_the_end_before_it_expires(name: str) -> None:
    properties = queue(name)

    tries = properties["RedrivePolicy"]["maxReceiveCount"] * properties["VisibilityTimeout"]

    assert tries < properties["MessageRetentionPeriod"]
    # A message keeps the time at which it was first sent: it must have days left to be seen.
    assert (
        properties["MessageRetentionPeriod"] < queue(DEAD_LETTERS[name])["MessageRetentionPeriod"]
    )


@pytest.mark.parametrize("name", sorted(WORKERS))
def test_a_message_is_not_delivered_again_while_it_is_worked_on(name: str) -> None:
    window = mapping(name).get("MaximumBatchingWindowInSeconds", 0)

    assert queue(WORKERS[name])["VisibilityTimeout"] > function(name)["Timeout"] + window


@pytest.mark.parametrize("name", sorted(WORKERS))
def test_a_function_works_off_its_queue(name: str) -> None:
    found = mapping(name)

    assert found["EventSourceArn"] == {"Fn::GetAtt": [WORKERS[name], "Arn"]}
    concurrency = found["ScalingConfig"]["MaximumConcurrency"]
    if isinstance(concurrency, dict):
        concurrency = written()["Parameters"][concurrency["Ref"]]["MinValue"]
    assert concurrency >= 2  # Lambda takes no less


def test_only_the_messages_that_failed_are_delivered_again() -> None:
    assert mapping("IndexPortraitFunction")["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_batch_above_ten_messages_waits_to_be_filled() -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    unfilled = [
        name
        for name in WORKERS
        if mapping(name)["BatchSize"] > 10
        and not mapping(name).get("MaximumBatchingWindowInSeconds")
    ]

    assert unfilled == []


def test_a_pack_is_measured_once_it_has_had_a_moment_to_settle() -> None:
    assert 0 < queue("PackChangesQueue")["DelaySeconds"] <= 30
    assert "DelaySeconds" not in queue("PortraitChangesQueue")


@pytest.mark.parametrize("name", ["MeasurePackFunction", "ForgetMemberFunction"])
def test_long_work_stops_in_time_to_say_that_it_goes_on_later(name: str) -> None:
    source = ast.parse((ROOT / functions()[name]["CodeUri"] / "app.py").read_text())
    (margin,) = (
        ast.literal_eval(node.value)
        for node in source.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MARGIN_MS"
    )

    assert margin < 1000 * function(name)["Timeout"] / 2


def test_lambda_takes_no_function_that_goes_on_by_its_own_queue_for_a_loop() -> None:
    to_itself = {
        name
        for name, queue in WORKERS.items()
        if ("sqs:SendMessage", queue) in allowed(f"{name}Role")
    }

    allowed_to = {name for name in FUNCTIONS if function(name).get("RecursiveLoop") == "Allow"}

    assert allowed_to == to_itself == {"ForgetMemberFunction", "MeasurePackFunction"}


def test_the_rule_of_the_portraits_sends_them_to_their_queue() -> None:
    (target,) = rules()["PortraitChanged"]["Targets"]

    assert target["Arn"] == {"Fn::GetAtt": ["PortraitChangesQueue", "Arn"]}


def test_no_rule_but_the_one_that_counts_invokes_a_function() -> None:
    targets = {
        resource
        for rule in WORKING_RULES
        for target in rules()[rule]["Targets"]
        for resource in [target["Arn"].get("Ref") or target["Arn"]["Fn::GetAtt"][0]]
    }

    assert targets == {"FindLookAlike", "PortraitChangesQueue"}


def test_no_selfies_event_is_delivered_after_the_match_stops_waiting_for_it() -> None:
    (target,) = rules()["FindLookAlikeSelfieUploaded"]["Targets"]

    latest = timedelta(seconds=target["RetryPolicy"]["MaximumEventAgeInSeconds"])

    assert latest <= matches_module.LATE_EVENTS


# Operations


def test_every_route_calls_the_version_that_the_alias_names() -> None:
    called = {
        operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        for operation in routes().values()
        if "x-amazon-apigateway-integration" in operation
    }

    (uri,) = called
    assert uri.endswith("/functions/${ApiFunctionAliaslive}/invocations")


def api_version(**parameters: str) -> str:
    (name,) = of_type("AWS::Lambda::Version", transformed(**parameters))
    return name


def test_another_release_makes_another_version_of_the_api() -> None:
    assert api_version(Release="0" * 64) == api_version(Release="0" * 64)
    assert api_version(Release="0" * 64) != api_version(Release="1" * 64)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_only_prod_moves_the_apis_calls_little_by_little(stage: str) -> None:
    template = transformed(**Deployment(stage).parameters)
    groups = of_type("AWS::CodeDeploy::DeploymentGroup", template)
    alias = template["Resources"]["ApiFunctionAliaslive"]

    if stage == "dev":
        assert groups == {}
        assert not [one for one in template["Resources"] if "CodeDeploy" in one]
        assert "UpdatePolicy" not in alias
        return

    (group,) = groups.values()
    condition, heeded, _ = group["AlarmConfiguration"]["Fn::If"]
    assert condition == "IsGradual"
    assert heeded == {"Enabled": True, "Alarms": [{"Name": {"Ref": "ApiFunctionErrorsAlarm"}}]}
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert "Canary" in json.dumps(group["DeploymentConfigName"])
    assert "CodeDeployLambdaAliasUpdate" in alias["UpdatePolicy"]
    assert errors(template) == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_traced_and_logs_json(name: str) -> None:
    properties = function(name)

    # The API traces only what is traced already: a page that polls would cost more than a match.
    # What counts a match has nothing to show.
    mode = "PassThrough" if name in {"ApiFunction", "CountMatchFunction"} else "Active"
    assert properties["TracingConfig"] == {"Mode": mode}
    assert properties["LoggingConfig"]["LogFormat"] == "JSON"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_where_logs_are_forgotten(name: str) -> None:
    # Lambda makes a group of its own otherwise, which keeps everything for ever.
    group = function(name)["LoggingConfig"].get("LogGroup", {}).get("Ref")
    named = {
        properties.get("LogGroupName", {}).get("Fn::Sub")
        for properties in of_type("AWS::Logs::LogGroup", transformed()).values()
    }

    assert (
        group in of_type("AWS::Logs::LogGroup", transformed())
        or f"/aws/lambda/${{{name}}}" in named
    )


@pytest.mark.parametrize("name", sorted(of_type("AWS::Logs::LogGroup", transformed())))
def test_a_log_is_forgotten_in_time(name: str) -> None:
    days = of_type("AWS::Logs::LogGroup", transformed())[name]["RetentionInDays"]

    assert 1 <= days <= 30
