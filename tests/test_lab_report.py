"""Sweeps as values and as a page: effects, fronts and the best by hand-counted cells; plots whose ticks are right."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.lab import plot, report, sweep
from app.core.lab.plot import Plot, Point, Series
from app.core.lab.sweep import Aim, Measured, Sweep
from engines.contract import Image
from engines.files import media
from engines.prompt.grid import Axis

SCORE = Aim("clip score", "CLIP score", "higher", "Compare only with its own figures.", "clip error")
SECONDS = report.COSTS[0][1]


def cell(place: tuple[int, ...], value: float | None, seconds: float = 1.0, error: float = 0.0) -> Measured:
    figures = {} if value is None else {"clip score": value, "clip error": error}
    return Measured(place, f"cell {place}", figures, seconds, 2 * seconds)


def swept(cells: list[Measured]) -> Sweep:
    axes = (Axis("guidance", (1.0, 3.0), ("1", "3")), Axis("steps", (4, 8, 16), ("4", "8", "16")))
    return Sweep("image/fake", axes, (SCORE,), tuple(cells), ("a <red> apple",), (("Made on", "cpu"),))


GRID = [cell((g, s), 0.1 * g + 0.3 * s, 1.0 + s + 0.5 * g) for g in range(2) for s in range(3)]


def test_an_effect_is_the_share_of_variance_an_axis_explains() -> None:
    first, second = swept(GRID).effects()
    values = np.array([[0.1 * g + 0.3 * s for s in range(3)] for g in range(2)])
    whole = ((values - values.mean()) ** 2).sum()
    assert (first.axis, second.axis) == (1, 0)
    assert first.share == pytest.approx(2 * ((values.mean(0) - values.mean()) ** 2).sum() / whole)
    assert first.share + second.share == pytest.approx(1)  # the two act one by one here
    assert first.means == pytest.approx((0.05, 0.35, 0.65))
    assert first.reach == pytest.approx(0.6)


def test_the_best_is_the_best_way_round_and_of_equals_the_quickest() -> None:
    cells = [cell((0, 0), 0.5, 3.0), cell((0, 1), 0.5, 2.0), cell((0, 2), 0.1), cell((1, 0), None)]
    assert swept(cells).best is cells[1]
    assert sweep.best(cells, Aim("clip score", "", "lower", "")) is cells[2]
    assert sweep.best(cells, Aim("clip score", "", "", "")) is None
    assert [one.place for one in swept(cells).ordered()][-1] == (1, 0)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=30), st.sampled_from([1, -1]))
def test_the_front_is_what_nothing_betters(points: list[tuple[int, int]], sign: int) -> None:
    cells = [cell((n,), float(value), float(cost)) for n, (value, cost) in enumerate(points)]
    aim = Aim("clip score", "", "lower" if sign == 1 else "higher", "")
    found = {(one.figures["clip score"], one.seconds) for one in sweep.front(cells, aim, SECONDS)}
    kept = {
        (float(v), float(c))
        for v, c in points
        if not any((sign * w <= sign * v and d <= c) and (w, d) != (v, c) for w, d in points)
    }
    assert found == kept


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5))
def test_ticks_are_round_few_and_within(low: float, width: float) -> None:
    ticks = plot.nice(low, low + width)
    assert 2 <= len(ticks) <= 6
    assert all(low - 1e-6 * width <= at <= low + width * (1 + 1e-6) for at, _ in ticks)
    labels = [label for _, label in ticks]
    assert len(set(labels)) == len(labels)
    assert all(float(label) == pytest.approx(at, rel=1e-2, abs=width * 1e-3) for at, label in ticks)


def test_labels_of_ticks_do_not_run_into_one_another() -> None:
    ticks = tuple((float(n), f"value number {n}") for n in range(40))
    points = tuple(Point(at, at) for at, _ in ticks)
    drawn = ET.fromstring(plot.svg(Plot("t", "x", "y", (Series("a", points),), ticks)))
    places = [float(one.get("x", 0)) for one in drawn.iter() if (one.text or "").startswith("value number")]
    assert len(places) >= 3
    assert min(np.diff(places)) >= len("value number 1") * plot.CHARACTER * 0.95


def test_a_plot_shows_points_where_they_are_and_names_what_it_shows() -> None:
    one = Series("a & b", (Point(1, 10, "first"), Point(100, 20, "last", 2.0)))
    text = plot.svg(Plot("quality < cost", "cost", "quality", (one, Series("c", (Point(10, 15),))), log=True))
    drawn = ET.fromstring(text)
    assert drawn[0].text == "quality < cost"
    first, last = (c for c in drawn.iter() if c.tag.endswith("circle") and float(c.get("cy", 0)) > 40)
    assert float(first.get("cx", 0)) < float(last.get("cx", 0))
    assert float(first.get("cy", 0)) > float(last.get("cy", 0))
    assert {"a & b", "cost", "quality", "10", "100"} <= {one.text for one in drawn.iter()}
    ticks = {one.text: float(one.get("x", 0)) for one in drawn.iter() if one.text in ("1", "10", "100")}
    assert ticks["10"] - ticks["1"] == pytest.approx(ticks["100"] - ticks["10"], abs=0.2)
    assert ticks["10"] == pytest.approx((float(first.get("cx", 0)) + float(last.get("cx", 0))) / 2, abs=0.2)


def test_values_that_are_no_numbers_stand_one_after_the_other_and_are_not_joined() -> None:
    assert plot.places((2, 0.5)) == ([2.0, 0.5], True)
    assert plot.places(("euler", "heun", 3)) == ([0.0, 1.0, 2.0], False)
    axes = (Axis("sampler", ("euler", "heun"), ("euler", "a very long name of a sampler")), swept(GRID).axes[1])
    told = Sweep("x", axes, (SCORE,), tuple(GRID), ("a",))
    across = ET.fromstring(report._against(told, SCORE, 0, [1, 0]))
    marks = [float(one.get("cx", 0)) for one in across.iter() if one.tag.endswith("circle")]
    assert len(marks) == 3  # of the first series: its mark in the legend, and two points
    assert "stroke-width" not in ET.tostring(across, "unicode")  # no lines between
    texts = [one for one in across.iter() if one.tag.endswith("text") and one.text]
    ends = [float(one.get("x", 0)) + len(one.text or "") * plot.CHARACTER / 2 for one in texts[4:]]
    assert max(ends) <= plot.WIDTH + 1


class Page(HTMLParser):
    """Every tag is closed, and what points somewhere points into the page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_needs_nothing_from_elsewhere_and_can_be_read_without_seeing(tmp_path: Path) -> None:
    places = [tmp_path / f"{n}.png" for n in range(len(GRID))]
    for place in places:
        media.write(place, Image(np.full((32, 48, 3), 200, np.uint8)))
    cells = [
        Measured(one.place, one.label, one.figures, one.seconds, one.nfe, (places[n],)) for n, one in enumerate(GRID)
    ]
    cells[0] = Measured((0, 0), "cell (0, 0)", sentence="No <such> engine.")
    text = report.page(swept(cells))
    page = Page()
    page.feed(text)
    assert page.open == []
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "iframe"}
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"@import|url\(", text)
    images = [given for tag, given in page.tags if tag == "img"]
    assert len(images) == 5
    assert all(str(one["src"]).startswith("data:image/webp") and one["alt"] == "a <red> apple" for one in images)
    assert "prefers-color-scheme: dark" in text
    assert text.count('role="img"') == text.count("<svg") == 2 + 2  # two costs, two parameters
    anchors = {given["id"] for _, given in page.tags if given.get("id")}
    assert {str(given["href"])[1:] for tag, given in page.tags if tag == "a"} == anchors
    assert "No &lt;such&gt; engine." in text
    assert SCORE.biases in text
    assert text.count("★ best") == 1
    assert "Best by CLIP score: cell (1, 2) (0.700 ± 0, 3.500 s)" in text


def test_the_verdict_names_what_is_as_good_and_cheaper() -> None:
    cells = [cell((0, 0), 0.70, 8.0, 0.02), cell((0, 1), 0.69, 2.0, 0.02), cell((0, 2), 0.5, 1.0, 0.02)]
    told = report.verdict(swept(cells))
    assert "Best by CLIP score: cell (0, 0)" in told
    assert "cell (0, 1) is as good within the error" in told
    sure = [cell((0, 0), 0.70, 8.0, 0.001), cell((0, 1), 0.69, 2.0, 0.001)]
    assert "as good" not in report.verdict(swept(sure))
    none = Sweep("x", swept(cells).axes, (Aim("clip score", "Score", "", ""),), tuple(cells), ("a",))
    assert "neither way" in report.verdict(none)


def test_the_table_for_a_spreadsheet_has_every_cell_and_figure() -> None:
    head, *lines = sweep.rows(swept(GRID))
    assert head == [
        "guidance",
        "steps",
        "clip error",
        "clip score",
        "seconds",
        "nfe",
        "results",
        "best",
        "front",
        "note",
    ]
    assert len(lines) == 6
    assert [line[:2] for line in lines if line[7] == "yes"] == [["3", "16"]]
    assert float(lines[-1][3]) == GRID[-1].figures["clip score"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.51234, "0.512"),
        (0, "0"),
        (3, "3"),
        (12.344, "12.34"),
        (123.46, "123.5"),
        (4321.6, "4322"),
        (2e-5, "2.00e-05"),
    ],
)
def test_figures_are_short(value: float, told: str) -> None:
    assert report.number(value) == told
    assert report.number(float("inf")) == "∞"
