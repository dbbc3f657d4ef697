"""docs/performance.md is what the last run of the bench makes of its figures."""

from benchmarks import bench, figures
from local.state import ROOT


def test_the_page_is_made_of_the_figures_that_are_committed() -> None:
    page = bench.page(figures.read((ROOT / bench.FIGURES).read_text()))

    assert bench.PAGE.read_text() == page, "run `make bench FACES=folder`"
