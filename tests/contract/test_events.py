"""The events in events/, each as its function, its rule and its route would have it."""

import json
import re
import uuid
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.data_classes import S3EventBridgeNotificationEvent
from moto import mock_aws

from local.state import ROOT
from lookalike import CONSENT_VERSION
from lookalike.matches import SELFIE_PREFIX
from lookalike.matching import FaceMatch
from tests.contract import sam_template, workflow
from tests.contract.event_patterns import matches, resolved
from tests.contract.test_template import ANYONE

EVENTS = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "events").glob("*.json"))}
API = [name for name in EVENTS if name.startswith("api_")]
S3 = [
    "find_lookalike_selfie_uploaded",
    "index_portrait_created",
    "index_portrait_deleted",
]
BUCKETS = {
    "SelfiesBucket": "lookalike-selfiesbucket-example",
    "PortraitsBucket": "lookalike-portraitsbucket-example",
}
