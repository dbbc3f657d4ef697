"""What the functions share: the rules, and the only callers of Rekognition, DynamoDB and S3.

Modules, from the pure to the connected:

    failures        what can go wrong with a photograph, and what to tell its owner
    photographs     which face a photograph is about, and whether it is usable
    matching        ranking, resemblance, and the landmark fallback
    errors          the exceptions
    settings        what a function reads from its environment
    clock           times
    telemetry       the logger and the metrics
    storage         how the stores speak to S3 and DynamoDB
    pictures        a picture in a bucket
    faces           Rekognition
    matches         MatchesTable and SelfiesBucket
    limits          how many matches a day
    portraits       PortraitsTable, PacksTable and PortraitsBucket
    changes         PackChangesQueue
    forgetting      ForgottenMembersQueue
    results         a result, as it is stored and as the API shows it
"""

VERSION = "0.1.0"
CONSENT_VERSION = "2026-11"
"""The wording of the consent that a caller must have agreed to; change it with the wording."""
