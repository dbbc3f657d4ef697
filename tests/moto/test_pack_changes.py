import json

import pytest
from pydantic import ValidationError

from lookalike.pack_changes import PackChange, announce
from tests.moto.studio import Studio


def test_announced_change_is_read_as_it_was_sent(studio: Studio) -> None:
    change = PackChange(pack="poets", change="0123456789abcdef")

    announce(studio.cloud.name("PackChangesQueue"), change)

    (message,) = studio.cloud.take_messages("PackChangesQueue")
    assert json.loads(message) == {"pack": "poets", "change": "0123456789abcdef"}
    assert studio.measuring.MESSAGE.validate_json(message) == change


@pytest.mark.parametrize("message", ["", "{}", '{"pack": "poets"}', '{"pack": 1, "change": "a"}'])
def test_message_that_names_no_change_is_refused(studio: Studio, message: str) -> None:
    with pytest.raises(ValidationError):
        studio.measuring.MESSAGE.validate_json(message)
