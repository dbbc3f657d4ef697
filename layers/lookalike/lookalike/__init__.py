"""What the functions share: the rules, and their calls of Rekognition, DynamoDB, S3 and SQS.

What operators do to a stack makes calls of its own, in catalog/ and cli/.

Modules, from the pure to the connected:

    failures        why a match fails, and the words that its owner reads
    faces           which face a photograph shows most prominently, and whether it is usable
    measures        what a similarity means in a pack: resemblance, and one in how many pairs
    ranking         portraits into people, their order, and the landmark fallback
    errors          the exceptions
    problems        the exceptions, as the API answers them
    settings        the only reader of the environment
    clock           times
    telemetry       the logger and the metrics
    storage         how the stores speak to S3 and DynamoDB
    pictures        a picture in a bucket
    recogniser      Rekognition
    tombstones      which members have been forgotten, in MatchesTable
    selfies         SelfiesBucket
    scores          the scores of photographs, in MatchesTable
    matches         MatchesTable
    limits          how many matches a day
    packs           PacksTable
    portraits       PortraitsTable
    portrait_files  PortraitsBucket
    copies          PicturesBucket, the reduced copies of the portraits
    pack_changes    PackChangesQueue
    forgetting      ForgottenMembersQueue
    views           matches, packs and portraits, as the API shows them

Words, each with one meaning:

    match           one selfie, the search that it starts, and the result
    selfie          the photograph that a member or a guest sends for a match
    copy            a selfie that is played again, as the selfie of another match; of a portrait,
                    a reduced copy: a smaller JPEG in PicturesBucket, for browsers
    group           among whom a selfie is compared, by the gender that the catalog says
    celebrity       a person in a pack
    portrait        one photograph of one celebrity, an object in PortraitsBucket
    pack            the portraits that a selfie is compared with
    record          what PortraitsTable keeps about one portrait's object
    collection      where Rekognition keeps the faces of a pack's portraits
    face            what Rekognition detects in a picture; stored in a collection, an indexed face
    similarity      how alike Rekognition finds two faces, 0-100; of a person, the mean over their
                    portraits, on the scale of the logit
    score           how similar one celebrity is to one photograph; kept as long as the photograph
    fuse            to take the mean of a person's scores over several photographs of the caller
    nearest         of a portrait, the other celebrity who is most similar to it
    resemblance     a similarity as a percentile of its pack: of its people's similarities to their
                    nearest (docs/architecture.md)
    pair            a portrait and another person of its pack
    one_in          one in so many pairs of the pack is at least as similar
    certainty       how clearly the first celebrity of a result leads the second
"""

VERSION = "0.1.0"
CONSENT_VERSION = "2026-11-28"
"""The version of the consent that a caller must agree to. Change it when the wording changes."""
