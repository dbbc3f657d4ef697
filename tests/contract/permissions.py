"""What each role's owner calls, and what AWS asks for it: written by hand, held against both.

Where AWS's reference names an action that differs from the operation, the entry says so:
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from collections.abc import Mapping

from tests.contract import sam_template, workflow

Permission = tuple[str, str]
"""An action, and the resource as `sam_template.label` writes it."""

COLLECTIONS = (
    "arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}"
    ":collection/${AWS::StackName}-*"
)
BUS = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default"


def picture_for_rekognition(objects: str) -> list[Permission]:
    """Return what the caller of Rekognition needs: it reads S3 as its caller.

    AWS asks for "permission to access the S3 object"; passing a Version makes that the version.
    """
    return [("s3:GetObject", objects), ("s3:GetObjectVersion", objects)]


SELFIES, PORTRAITS = "SelfiesBucket/selfies/*", "PortraitsBucket/*"
COPIES = "PicturesBucket/pictures/*"
DISTRIBUTION = (
    "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${PicturesDistribution}"
)
CURATED = "PortraitsBucket/*/curated/*"


def works_off(queue: str) -> list[Permission]:
    """Return what Lambda needs to hand a queue's messages to a function."""
    return [
        (f"sqs:{action}", queue)
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    ]


HERE = "tests/contract/permissions.py"

CALLS: Mapping[str, Mapping[str, list[Permission]]] = {
    "ApiFunctionRole": {
        "dynamodb put_item": [("dynamodb:PutItem", "MatchesTable")],
        # A transaction needs what each of its writes does.
        "dynamodb transact_write_items": [
            ("dynamodb:PutItem", "MatchesTable"),
            ("dynamodb:UpdateItem", "MatchesTable"),
            ("dynamodb:ConditionCheckItem", "MatchesTable"),
        ],
        "dynamodb get_item": [
            ("dynamodb:GetItem", "MatchesTable"),
            ("dynamodb:GetItem", "PacksTable"),
        ],
        "dynamodb update_item": [("dynamodb:UpdateItem", "MatchesTable")],
        "dynamodb delete_item": [("dynamodb:DeleteItem", "MatchesTable")],
        "dynamodb batch_write_item": [("dynamodb:BatchWriteItem", "MatchesTable")],
        "dynamodb batch_get_item": [
            ("dynamodb:BatchGetItem", "MatchesTable"),
            ("dynamodb:BatchGetItem", "PortraitsTable"),
        ],
        "dynamodb query": [
            ("dynamodb:Query", "MatchesTable/index/by_user"),
            ("dynamodb:Query", "PortraitsTable/index/by_pack"),
        ],
        "dynamodb scan": [("dynamodb:Scan", "PacksTable")],
        # The copy of a selfie is tagged with the days that it is kept.
        "s3 copy_object": [
            ("s3:GetObjectVersion", SELFIES),
            ("s3:PutObject", SELFIES),
            ("s3:PutObjectTagging", SELFIES),
        ],
        # What a presigned form or address may do is what its signer may do.
        "s3 generate_presigned_post": [("s3:PutObject", SELFIES), ("s3:PutObject", CURATED)],
        "s3 generate_presigned_url": [
            ("s3:GetObjectVersion", SELFIES),
            ("s3:GetObject", PORTRAITS),
        ],
        "s3 list_object_versions": [("s3:ListBucketVersions", "SelfiesBucket")],
        "s3 delete_object": [("s3:DeleteObject", PORTRAITS)],
        # The API reference of DeleteObjects asks for both where a version is named.
        "s3 delete_objects": [("s3:DeleteObject", SELFIES), ("s3:DeleteObjectVersion", SELFIES)],
        "cognito-idp admin_delete_user": [("cognito-idp:AdminDeleteUser", "UserPool")],
        "sqs send_message": [("sqs:SendMessage", "ForgottenMembersQueue")],
    },
    "ForgetMemberFunctionRole": {
        "dynamodb query": [("dynamodb:Query", "MatchesTable/index/by_user")],
        "dynamodb delete_item": [("dynamodb:DeleteItem", "MatchesTable")],
        "dynamodb batch_write_item": [("dynamodb:BatchWriteItem", "MatchesTable")],
        "s3 list_object_versions": [("s3:ListBucketVersions", "SelfiesBucket")],
        # As for the API's DeleteObjects.
        "s3 delete_objects": [("s3:DeleteObject", SELFIES), ("s3:DeleteObjectVersion", SELFIES)],
        "sqs send_message": [("sqs:SendMessage", "ForgottenMembersQueue")],
    },
    "CheckFaceFunctionRole": {
        "s3 get_object": [("s3:GetObjectVersion", SELFIES)],
        "rekognition detect_faces": [
            ("rekognition:DetectFaces", "*"),
            *picture_for_rekognition(SELFIES),
        ],
    },
    "ResolveMatchesFunctionRole": {
        "dynamodb batch_get_item": [
            ("dynamodb:BatchGetItem", "MatchesTable"),
            ("dynamodb:BatchGetItem", "PortraitsTable"),
        ],
        "dynamodb get_item": [
            ("dynamodb:GetItem", "MatchesTable"),
            ("dynamodb:GetItem", "PacksTable"),
        ],
        "dynamodb transact_write_items": [
            ("dynamodb:PutItem", "MatchesTable"),
            ("dynamodb:ConditionCheckItem", "MatchesTable"),
        ],
        "dynamodb query": [("dynamodb:Query", "PortraitsTable/index/by_pack")],
        "s3 get_object": [("s3:GetObjectVersion", SELFIES)],
        "rekognition detect_faces": [
            ("rekognition:DetectFaces", "*"),
            *picture_for_rekognition(SELFIES),
        ],
    },
    "IndexPortraitFunctionRole": {
        "dynamodb get_item": [("dynamodb:GetItem", "PacksTable")],
        "dynamodb batch_get_item": [("dynamodb:BatchGetItem", "PortraitsTable")],
        "dynamodb put_item": [("dynamodb:PutItem", "PortraitsTable")],
        "dynamodb update_item": [("dynamodb:UpdateItem", "PacksTable")],
        "dynamodb delete_item": [("dynamodb:DeleteItem", "PortraitsTable")],
        # Without ListBucket, S3 says 403 of a missing key, not 404.
        "s3 get_object": [
            ("s3:GetObject", PORTRAITS),
            ("s3:GetObjectVersion", PORTRAITS),
            ("s3:ListBucket", "PortraitsBucket"),
        ],
        # HeadObject is allowed by GetObject.
        "s3 head_object": [("s3:GetObject", PORTRAITS), ("s3:ListBucket", "PortraitsBucket")],
        "rekognition index_faces": [
            ("rekognition:IndexFaces", COLLECTIONS),
            *picture_for_rekognition(PORTRAITS),
        ],
        "rekognition delete_faces": [("rekognition:DeleteFaces", COLLECTIONS)],
        "s3 put_object": [("s3:PutObject", COPIES)],
        # Without versions, DeleteObjects needs this alone.
        "s3 delete_objects": [("s3:DeleteObject", COPIES)],
        "cloudfront create_invalidation": [("cloudfront:CreateInvalidation", DISTRIBUTION)],
        "sqs send_message": [("sqs:SendMessage", "PackChangesQueue")],
    },
    "MeasurePackFunctionRole": {
        "dynamodb get_item": [("dynamodb:GetItem", "PacksTable")],
        "dynamodb update_item": [
            ("dynamodb:UpdateItem", "PacksTable"),
            ("dynamodb:UpdateItem", "PortraitsTable"),
        ],
        "dynamodb query": [("dynamodb:Query", "PortraitsTable/index/by_pack")],
        "rekognition search_faces": [("rekognition:SearchFaces", COLLECTIONS)],
        "sqs send_message": [("sqs:SendMessage", "PackChangesQueue")],
    },
    "FindLookAlikeRole": {
        "dynamodb:updateItem": [("dynamodb:UpdateItem", "MatchesTable")],
        "dynamodb:getItem": [("dynamodb:GetItem", "MatchesTable")],
        "lambda:invoke": [],  # `needed` adds the functions that the states name
        "aws-sdk:rekognition:searchFacesByImage": [
            ("rekognition:SearchFacesByImage", COLLECTIONS),
            *picture_for_rekognition(SELFIES),
        ],
        # As for DeleteObjects: the reference asks for both.
        "aws-sdk:s3:deleteObject": [
            ("s3:DeleteObject", SELFIES),
            ("s3:DeleteObjectVersion", SELFIES),
        ],
        "events:putEvents": [("events:PutEvents", BUS)],
    },
}
"""By role: the operations of boto3 and of the workflow, and what each needs.

The owner of a role that is not here calls nothing.
"""

PLATFORM: Mapping[str, list[Permission]] = {
    "FindLookAlikeRole": [
        (f"logs:{action}", "*")
        for action in (
            "CreateLogDelivery",
            "GetLogDelivery",
            "UpdateLogDelivery",
            "DeleteLogDelivery",
            "ListLogDeliveries",
            "PutResourcePolicy",
            "DescribeResourcePolicies",
            "DescribeLogGroups",
        )
    ],
    "FindLookAlikeSelfieUploadedRole": [("states:StartExecution", "FindLookAlike")],
    "ForgetMemberFunctionRole": works_off("ForgottenMembersQueue"),
    "IndexPortraitFunctionRole": works_off("PortraitChangesQueue"),
    "MeasurePackFunctionRole": works_off("PackChangesQueue"),
}
"""By role: what AWS itself does in its name (log delivery, starts, handing messages over)."""

EVERY_RESOURCE: Mapping[str, str] = {
    "rekognition:DetectFaces": "the action knows no resource",
    **dict.fromkeys(
        (action for action, resource in PLATFORM["FindLookAlikeRole"] if resource == "*"),
        "log delivery knows no resource",
    ),
}
"""The only actions that may be allowed on `*`, and why."""

MANAGED: Mapping[str, str] = {
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": "SAM's, to write logs",
    "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess": "SAM's, for tracing; X-Ray knows no resource",
}
"""The only managed policies that a role may have, and why."""


def needed(role: str) -> set[Permission]:
    """Return everything that a role's owner, or AWS in its name, needs."""
    calls = {one for permissions in CALLS.get(role, {}).values() for one in permissions}
    if role == "FindLookAlikeRole":
        functions = workflow.invoked().values()
        calls |= {("lambda:InvokeFunction", sam_template.substituted(one)) for one in functions}
    return calls | set(PLATFORM.get(role, []))
