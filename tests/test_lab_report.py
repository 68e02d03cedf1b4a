"""Sweeps as values and as a page: effects, fronts and the best by hand-counted cells; plots that can be read."""

import csv
import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Picture

from app.core.lab import charts, plot, report, sweep, verdict
from app.core.lab.plot import Plot, Point, Series
from app.core.lab.sweep import Aim, Measured, Sweep
from engines.contract import Image, Refused
from engines.files import media
from engines.prompt.grid import Axis

SCORE = Aim("clip score", "CLIP score", "higher", "Compare only with its own figures.", "clip error")
SECONDS = charts.COSTS[0][1]


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


def texts(drawn: ET.Element) -> list[str]:
    return [one.text or "" for one in drawn.iter() if one.tag.endswith("text")]


def test_labels_of_ticks_do_not_run_into_one_another() -> None:
    ticks = tuple((float(n), f"value number {n}") for n in range(40))
    points = tuple(Point(at, at) for at, _ in ticks)
    shown = [
        text for text in texts(drawn(Plot("t", "x", "y", (Series("a", points),), ticks))) if text.startswith("val")
    ]
    assert 3 <= len(shown) <= 8
    assert shown[0] == "value number 0"


def drawn(shown: Plot) -> ET.Element:
    return ET.fromstring(plot.svg(shown))


def test_a_plot_shows_points_where_they_are_and_says_what_they_are() -> None:
    one = Series("a & b", (Point(1, 10, "first", key="0-0"), Point(100, 20, "last <one>", 2.0)))
    shown = Plot("quality < cost", "cost", "quality", (one, Series("c", (Point(10, 15, "middle"),))), log=True)
    made = plot.picture(shown, plot.DARK, (500, 300), 2.0)
    assert made.pixels.shape == (600, 1000, 4)
    first, last, middle = made.spots
    assert (first.point.key, first.point.told) == ("0-0", "first")
    assert middle.x == pytest.approx((first.x + last.x) / 2, abs=0.5)  # one decade each way
    assert middle.y == pytest.approx((first.y + last.y) / 2, abs=0.5)
    assert first.y > last.y
    wanted = [int(plot.DARK.series[0][n : n + 2], 16) for n in (1, 3, 5)]
    for spot in (first, last):  # the mark's colour lies where the point is said to be
        assert made.pixels[round(spot.y), round(spot.x), :3].tolist() == pytest.approx(wanted, abs=3)
    page = drawn(shown)
    assert page[0].text == "quality < cost"
    titles = [one.text for one in page.iter() if one.tag.endswith("title")]
    assert titles == ["quality < cost", "first", "last <one>", "middle"]
    assert {"a & b", "c", "cost", "quality", "1", "10", "100"} <= set(texts(page))


def test_a_plot_in_a_page_has_the_colours_of_the_page_and_in_a_file_its_own(tmp_path: Path) -> None:
    shown = Plot("t", "x", "y", (Series("a", (Point(1, 2, "p"),)), Series("b", (Point(2, 3, "q"),))))
    text = plot.svg(shown)
    assert {"var(--s0)", "var(--s1)", "var(--paper)", "currentColor"} <= set(
        re.findall(r"var\(--\w+\)|currentColor", text)
    )
    assert not re.search(r"#[0-9a-f]{6}\b", text.replace("#000000", ""))
    assert plot.svg(shown) == text
    alone = plot.write(shown, tmp_path / "p.svg").read_text("utf-8")
    assert plot.LIGHT.series[0] in alone
    assert "var(" not in alone
    ET.fromstring(alone)
    light, dark = plot.styles()
    assert light.count("--s") == dark.count("--s") == len(plot.LIGHT.series)


def test_a_plot_is_written_as_it_ends(tmp_path: Path) -> None:
    points = (Point(4, 0.1, "four", 0.02), Point(8, 0.30000000000000004, "eight"))
    shown = Plot("t", "steps", "score", (Series("a", points), Series("front", points, marked=False)), ((4.0, "4"),))
    lines = list(csv.reader((plot.write(shown, tmp_path / "p.csv")).open(newline="")))
    assert lines[0] == ["series", "steps", "score", "error", "told"]
    assert lines[1] == ["a", "4", "0.10000000000000001", "0.02", "four"]
    assert [float(line[2]) for line in lines[1:]] == [point.y for point in points]
    with Picture.open(plot.write(shown, tmp_path / "p.PNG")) as made:
        assert made.size == (2 * plot.WIDTH, 2 * plot.HEIGHT)
    with pytest.raises(Refused, match=r"\.svg, \.png, \.csv"):
        plot.write(shown, tmp_path / "p.pdf")


@given(st.lists(st.floats(0, 300), min_size=1, max_size=12).map(sorted), st.floats(1, 30))
def test_names_at_the_ends_of_lines_make_room_for_one_another(places: list[float], gap: float) -> None:
    moved = plot.spaced(places, gap)
    assert all(b - a >= gap - 1e-6 for a, b in itertools.pairwise(moved))
    assert np.mean(moved) == pytest.approx(np.mean(places), abs=1e-6)
    if all(b - a >= gap for a, b in itertools.pairwise(places)):
        assert moved == pytest.approx(places)


# Vienot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays by dichromats", 1999
_LMS = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
_NO_RED = np.array([[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]])
_NO_GREEN = np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]])


@pytest.mark.parametrize("look", [plot.LIGHT, plot.DARK])
@pytest.mark.parametrize("sight", [np.eye(3), _NO_RED, _NO_GREEN])
def test_colours_keep_apart_whoever_looks_and_can_be_read_on_their_ground(look: plot.Look, sight: np.ndarray) -> None:
    from skimage.color import deltaE_ciede2000, rgb2lab

    linear = np.array([[(int(c[n : n + 2], 16) / 255) ** 2.2 for n in (1, 3, 5)] for c in (*look.series, look.paper)])
    seen = np.clip(linear @ (np.linalg.inv(_LMS) @ sight @ _LMS).T, 0, 1)
    lab = rgb2lab(seen ** (1 / 2.2))
    pairs = itertools.combinations(range(len(look.series)), 2)
    nearest = min((float(deltaE_ciede2000(lab[a], lab[b])), a, b) for a, b in pairs)
    assert nearest[0] > 15, nearest
    bright = linear @ [0.2126, 0.7152, 0.0722]
    ratio = (np.maximum(bright[:-1], bright[-1]) + 0.05) / (np.minimum(bright[:-1], bright[-1]) + 0.05)
    assert ratio.min() > 4.5


def test_values_that_are_no_numbers_stand_one_after_the_other_and_are_not_joined() -> None:
    assert plot.places((2, 0.5)) == ([2.0, 0.5], True)
    assert plot.places(("euler", "heun", 3)) == ([0.0, 1.0, 2.0], False)
    axes = (Axis("sampler", ("euler", "heun"), ("euler", "a very long name of a sampler")), swept(GRID).axes[1])
    shown = charts.against(Sweep("x", axes, (SCORE,), tuple(GRID), ("a",)), SCORE, 0, [1, 0])
    assert not any(one.joined for one in shown.series)
    assert [round(p.x) for one in shown.series for p in one.points] == [0, 1] * 3
    assert shown.series[0].points[0].key == "0-0"
    assert "a very long name of a s…" in texts(drawn(shown))


def test_nothing_is_drawn_before_it_is_asked_for() -> None:
    code = "import sys, app.core.lab.plot, app.core.lab.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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
    assert not re.search(r"@import|url\((?!#)", text)  # #: the clip of a plot, in the page itself
    images = [given for tag, given in page.tags if tag == "img"]
    assert len(images) == 5
    assert all(str(one["src"]).startswith("data:image/webp") and one["alt"] == "a <red> apple" for one in images)
    assert "prefers-color-scheme: dark" in text
    assert text.count('role="img"') == text.count("<svg") == 2 + 2  # two costs, two parameters
    anchors = {given["id"] for tag, given in page.tags if given.get("id") and tag == "article"}
    assert {str(given["href"])[1:] for tag, given in page.tags if tag == "a"} == anchors
    names = [given["id"] for _, given in page.tags if given.get("id")]
    assert len(set(names)) == len(names)
    assert "No &lt;such&gt; engine." in text
    assert SCORE.biases in text
    assert text.count("★ best") == 1
    assert "Best by CLIP score: cell (1, 2) (0.700 ± 0, 3.500 s)" in text


def test_the_verdict_names_what_is_as_good_and_cheaper() -> None:
    cells = [cell((0, 0), 0.70, 8.0, 0.02), cell((0, 1), 0.69, 2.0, 0.02), cell((0, 2), 0.5, 1.0, 0.02)]
    told = verdict.verdict(swept(cells))
    assert "Best by CLIP score: cell (0, 0)" in told
    assert "cell (0, 1) is as good within the error" in told
    sure = [cell((0, 0), 0.70, 8.0, 0.001), cell((0, 1), 0.69, 2.0, 0.001)]
    assert "as good" not in verdict.verdict(swept(sure))
    none = Sweep("x", swept(cells).axes, (Aim("clip score", "Score", "", ""),), tuple(cells), ("a",))
    assert "neither way" in verdict.verdict(none)


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
    assert verdict.number(value) == told
    assert verdict.number(float("inf")) == "∞"


def test_what_the_parameters_do_is_one_sentence() -> None:
    assert verdict.effects(swept(GRID)) == "Of the differences in CLIP score, steps explains 96 %, guidance 4 %."
    mixed = [*GRID[:5], cell((1, 2), 0.1)]
    assert verdict.effects(swept(mixed)).endswith("; the rest is chance and parameters acting together.")
    assert verdict.effects(swept(GRID[:1])) == ""
