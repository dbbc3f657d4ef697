"""What the functions share: the rules, and their calls of Rekognition, DynamoDB, S3 and SQS.

What operators do to a stack makes calls of its own, in catalog/ and cli/.

Modules, from the pure to the connected:

    failures        why a match fails, and the words that its owner reads
    faces           which face a photograph shows most prominently, and whether it is usable
    ranking         ranking, resemblance, and the landmark fallback
    errors          the exceptions
    problems        the exceptions, as the API answers them
    settings        the only reader of the environment
    clock           times
    telemetry       the logger and the metrics
    storage         how the stores speak to S3 and DynamoDB
    pictures        a picture in a bucket
    recogniser      Rekognition
    tombstones      which members have been forgotten, in MatchesTable
    matches         MatchesTable and SelfiesBucket
    limits          how many matches a day
    packs           PacksTable
    portraits       PortraitsTable
    portrait_files  PortraitsBucket
    pack_changes    PackChangesQueue
    forgetting      ForgottenMembersQueue
    views           matches, packs and portraits, as the API shows them

Words, each with one meaning:

    match           one selfie, the search that it starts, and the result
    selfie          the photograph that a member or a guest sends for a match
    celebrity       a person in a pack
    portrait        one photograph of one celebrity, an object in PortraitsBucket
    pack            the portraits that a selfie is compared with
    record          what PortraitsTable keeps about one portrait's object
    collection      where Rekognition keeps the faces of a pack's portraits
    face            what Rekognition detects in a picture; stored in a collection, an indexed face
    similarity      how alike Rekognition finds two faces, 0-100
    resemblance     a similarity as a percentile of its pack, the percentage that people see
"""

VERSION = "0.1.0"
CONSENT_VERSION = "2026-11"
"""The version of the consent that a caller must agree to. Change it when the wording changes."""
