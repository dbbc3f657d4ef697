import pytest
from tests.unit import test_index_portrait as t
from tests.unit.test_index_portrait import studio
pytestmark = t.pytestmark
@pytest.mark.parametrize("name", ["_mend_neighbours", "_measure"])
def test_m(studio, name, monkeypatch):
    monkeypatch.setattr(studio.function, name, lambda *a: None)
    t.test_events_in_any_order_end_in_the_state_of_the_bucket(studio)
def test_n(studio, monkeypatch):
    monkeypatch.setattr(t.studio if False else studio.function.faces, "forget", lambda *a: None)
    t.test_events_in_any_order_end_in_the_state_of_the_bucket(studio)
