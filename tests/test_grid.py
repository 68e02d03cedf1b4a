"""Grids: axes from text, cells in the order that costs least, labelled sheets, and the command that makes them."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from engines.contract import Curve, Image, Refused, Request
from engines.files import contact, media
from engines.files.contact import Heads
from engines.prompt import grid
from tests.fakes import OTHER, PICTURE

TINY = Path(__file__).parent / "tiny"
ASKED = Request(engine="image/fake", prompt="a cat and a cat", negative="dog", seed=5, options={"steps": 6})


def axis(text: str) -> grid.Axis:
    return grid.axis(text, PICTURE)


# ---------------------------------------------------------------- axes


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("guidance=1,3,5.5", (1.0, 3.0, 5.5)),
        ("steps=4-12:4", (4, 8, 12)),
        ("steps=4-11:4,20", (4, 8, 20)),
        ("steps = 3-1 ", (3, 2, 1)),
        ("seed=1-4", (1, 2, 3, 4)),
        ("guidance=0-0.3:0.1", (0.0, 0.1, 0.2, 0.3)),
        ("guidance=1-2[5]", (1.0, 1.25, 1.5, 1.75, 2.0)),
        ("guidance=2|0:7,0.5:2", (2.0, Curve(((0.0, 7.0), (0.5, 2.0))))),
        ("size=16x16,32x16", ((16, 16), (32, 16))),
        ("sampler=euler,heun", ("euler", "heun")),
        ("prompt=cat|dog, wet|", ("cat", "dog, wet", "")),
        ("strength=0.2,0.8", (0.2, 0.8)),
        ("engine=image/fake,image/other", ("image/fake", "image/other")),
    ],
)
def test_an_axis_is_read(text: str, wanted: tuple[Any, ...]) -> None:
    found = axis(text)
    assert found.values == wanted
    assert len(found.labels) == len(found.values)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("guidance", "NAME=VALUES"),
        ("guidance=", "NAME=VALUES"),
        ("guidance=1,,2", "value is missing"),
        ("speed=1,2", "no 'speed' for a grid; it has: engine, prompt"),
        ("steps=few", "must be a number"),
        ("steps=1-2:0.5", "must be a number"),
        ("steps=1-9:0", "goes on by nothing"),
        ("steps=1-9[0]", "0 numbers"),
        ("seed=0-99999999", "100000000 numbers"),
        ("size=big", "no size"),
    ],
)
def test_a_wrong_axis_costs_one_sentence(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        axis(text)
    assert caught.value.failure.kind == "bad-request"


@given(st.text(st.sampled_from(list("steps=guidance1290.-:[],| ")), max_size=24))
@settings(max_examples=200)
def test_any_text_is_an_axis_or_refused(text: str) -> None:
    try:
        found = axis(text)
    except Refused:
        return
    assert 1 <= len(found.values) <= grid.MOST


# ---------------------------------------------------------------- cells


def test_cells_are_the_request_with_their_values() -> None:
    axes = [axis("guidance=1|0:3,1:1"), axis("prompt=cat|fox"), axis("seed=8,9")]
    made = {cell.place: cell for cell in grid.cells(ASKED, axes)}
    assert set(made) == set(itertools.product(range(2), range(2), range(2)))
    last = made[1, 1, 1]
    assert last.request.prompt == "a fox and a fox"
    assert last.request.curves == {"guidance": Curve(((0.0, 3.0), (1.0, 1.0)))}
    assert last.request.options == {"steps": 6}
    assert last.request.seed == 9
    assert last.label == "guidance 0:3,1:1, fox, seed 9"
    assert made[0, 0, 0].request.options == {"steps": 6, "guidance": 1.0}
    assert made[0, 0, 0].request.curves == {}
    assert ASKED.prompt == "a cat and a cat"


@given(
    st.permutations(["seed=1-3", "prompt=cat|fox", "guidance=1,2", "engine=image/fake,image/other"]), st.integers(1, 3)
)
def test_what_costs_most_changes_least(texts: list[str], count: int) -> None:
    axes = [axis(text) for text in texts[:count]]
    found = grid.cells(ASKED, axes)
    changes = [sum(a.place[n] != b.place[n] for a, b in itertools.pairwise(found)) for n in range(count)]
    by_cost = sorted(range(count), key=lambda n: -axes[n].cost)
    assert [changes[n] for n in by_cost] == sorted(changes)
    lengths = [len(axes[n].values) for n in by_cost]
    wanted = [int(np.prod(lengths[: k + 1])) - 1 for k in range(count)]
    assert [changes[n] for n in by_cost] == wanted  # no order changes any of them less often
    assert len({cell.place for cell in found}) == len(found)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["prompt=bird|dog"], "'bird' is not in the prompt"),
        (["steps=1,2", "steps=3,4"], "something else"),
        (["seed=1-40", "steps=1-40"], "at most 1000 cells, not 1600"),
        (["seed=1", "steps=1", "guidance=1", "sampler=euler"], "one to 3 axes"),
    ],
)
def test_a_grid_that_cannot_be_costs_one_sentence(texts: list[str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        grid.cells(ASKED, [axis(text) for text in texts])


def test_another_engine_keeps_what_it_knows_and_has_its_own_defaults() -> None:
    from engines.contract import check

    settled = check(PICTURE, Request(engine="image/fake", prompt="x", options={"guidance": 9.0}))
    told = grid.unsettled(PICTURE, settled)
    assert told.options == {"guidance": 9.0}
    assert told.size is None
    assert check(OTHER, grid.fitted(OTHER, told)).options == {"steps": 3}
    assert check(PICTURE, told).options == settled.options


# ---------------------------------------------------------------- sheets


def flat(value: int, width: int = 120, height: int = 64) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def test_pictures_lie_in_columns_rows_and_blocks_pixel_for_pixel() -> None:
    heads = Heads(("one", "two"), ("a", "b", "c"), ("first", "second"))
    values = list(range(20, 20 + 12 * 18, 18))
    found = contact.contact([flat(value) for value in values], heads).pixels
    corners = []
    for value in values:
        ys, xs = np.nonzero((found == value).all(-1) & _solid(found))
        assert (np.ptp(ys) + 1, np.ptp(xs) + 1) == (64, 120)
        assert (found[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1] == value).all()
        corners.append((int(ys.min()), int(xs.min())))
    places = [corners[block * 6 + row * 2 + column] for block in range(2) for row in range(3) for column in range(2)]
    assert places == sorted(places)  # down, then across
    assert len({x for _, x in corners}) == 2
    assert len({y for y, _ in corners}) == 6
    plain = contact.contact([flat(value) for value in values], Heads(("", "") * 1, ("",) * 3, ("",) * 2)).pixels
    assert plain.shape[0] < found.shape[0]
    assert plain.shape[1] < found.shape[1]
    left = min(x for _, x in corners)
    assert (found[:, :left] < 100).any()  # there are words at the side
    assert not (plain[:, : contact.MARGIN] < 255).any()


def _solid(pixels: np.ndarray) -> np.ndarray:
    """Where a pixel is as all its neighbours to one side: no edge of a letter."""
    same = (pixels[1:] == pixels[:-1]).all(-1)
    wide = (pixels[:, 1:] == pixels[:, :-1]).all(-1)
    down = np.pad(same, ((0, 1), (0, 0))) | np.pad(same, ((1, 0), (0, 0)))
    across = np.pad(wide, ((0, 0), (0, 1))) | np.pad(wide, ((0, 0), (1, 0)))
    run = down & across
    from scipy import ndimage

    return ndimage.binary_opening(run, np.ones((20, 20)))


def test_a_failed_cell_is_empty_and_says_why() -> None:
    heads = Heads(("one", "two"))
    both = contact.contact([flat(0), flat(0)], heads).pixels
    found = contact.contact([flat(0), "The engine ended."], heads).pixels
    assert found.shape == both.shape
    half = found.shape[1] // 2
    assert np.array_equal(found[:, :half], both[:, :half])
    right = found[:, half:]
    assert (right == contact.EMPTY).all(-1).mean() > 0.3
    assert (right < 60).all(-1).sum() > 30  # the words
    other = contact.contact([flat(0), "Another sentence."], heads).pixels
    assert not np.array_equal(found, other)


@pytest.mark.parametrize("text", ["", "x" * 3000, "猫 и кот 🍏", "a\nb", "word " * 500])
def test_any_words_fit(text: str) -> None:
    found = contact.contact([flat(9, 16, 16), text], Heads((text, text), (text,), (text,)))
    assert found.pixels.shape[2] == 3
    assert max(found.pixels.shape) < 800


def test_a_sheet_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="too large"):
        contact.contact([np.zeros((8000, 8000), np.uint8), *["no"] * 3], Heads(("",) * 4))


def test_pictures_of_any_kind_are_laid_over_white() -> None:
    clear = np.zeros((64, 120, 4), np.uint8)
    found = contact.contact([clear, np.full((64, 120), 7, np.uint8)], Heads(("", ""))).pixels
    assert (found[contact.MARGIN + 5, contact.MARGIN + 5] == 255).all()
    assert (found[contact.MARGIN + 5, -contact.MARGIN - 5] == 7).all()


# ---------------------------------------------------------------- the command


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARKROOM_PLUGINS", str(TINY))
    return tmp_path / "home"


def tiny(*more: str) -> int:
    return main(["generate", "image/tiny", "a red apple", "--seed", "7", "--steps", "3", *more])


def test_the_command_makes_a_sheet_and_every_cell(tmp_path: Path, home: Path, capsys: Any) -> None:
    out = tmp_path / "sheet.png"
    words = ("--grid", "steps=2,4", "--grid", "sampler=euler,none,ancestral", "-o", str(out), "--json")
    assert tiny(*words) == 1
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    failed = [event for event in events if event["event"] == "cell failed"]
    assert [event["cell"] for event in failed] == ["steps 2, sampler none", "steps 4, sampler none"]
    assert "choose from: euler, ancestral" in failed[0]["sentence"]
    assert (events[-1]["event"], events[-1]["cells"], events[-1]["failed"]) == ("sheet", 6, 2)
    made = sorted(path.name for path in tmp_path.glob("sheet-*.png"))
    assert made == ["sheet-1.png", "sheet-2.png", "sheet-5.png", "sheet-6.png"]
    told = [json.loads(media.recipe_of(tmp_path / name) or "")["request"]["options"] for name in made]
    assert [(one["steps"], one["sampler"]) for one in told] == [
        (2, "euler"),
        (4, "euler"),
        (2, "ancestral"),
        (4, "ancestral"),
    ]
    alone = tmp_path / "alone.png"
    assert main(["generate", "image/tiny", "a red apple", "--seed", "7", "--steps", "2", "-o", str(alone)]) == 0
    assert np.array_equal(_pixels(alone), _pixels(tmp_path / "sheet-1.png"))
    sheet = _pixels(out)
    wanted = _pixels(alone)[..., :3]
    found = np.lib.stride_tricks.sliding_window_view(sheet, wanted.shape)[:, :, 0]
    assert (found[..., ::7, ::7, :] == wanted[::7, ::7]).all((2, 3, 4)).any()  # the cell is on the sheet as it is


def _pixels(path: Path) -> np.ndarray:
    shown = media.read(path)
    assert isinstance(shown, Image)
    return shown.pixels


def test_a_grid_over_engines_and_its_previews(tmp_path: Path, home: Path, capsys: Any) -> None:
    words = ("--grid", "engine=image/tiny,image/none", "-o", str(tmp_path / "s.png"), "--previews", str(tmp_path / "p"))
    assert tiny(*words) == 1
    assert "There is no engine 'image/none'" in capsys.readouterr().out
    assert len(list((tmp_path / "p" / "s-1").glob("7-step-*.png"))) == 3


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        (("--grid", "steps=1,2"), "needs -o", 2),
        (("--grid", "steps=1,2", "-o", "{tmp}/s.mp4"), "saved as .png", 2),
        (("--grid", "steps=1,2", "-o", "{tmp}/s.png", "--count", "2"), "leave out --count", 2),
        (("--grid", "prompt=pear|fig", "-o", "{tmp}/s.png"), "'pear' is not in the prompt", 2),
        (("--grid", "steps=1,2", "-o", "{tmp}/none/s.png"), "is not there", 3),
    ],
)
def test_a_grid_is_refused_before_any_work(
    words: tuple[str, ...], told: str, code: int, tmp_path: Path, home: Path, capsys: Any
) -> None:
    assert tiny(*(word.replace("{tmp}", str(tmp_path)) for word in words)) == code
    assert told in capsys.readouterr().err
    assert not list(tmp_path.glob("s*"))


def test_variants_of_a_prompt_are_made(tmp_path: Path, home: Path, capsys: Any) -> None:
    folder = home / "data" / "wildcards"
    folder.mkdir(parents=True)
    (folder / "things.txt").write_text("disc\nball # round\n", "utf-8")
    words = ["generate", "image/tiny", "a {red|blue} __things__", "--seed", "7", "--steps", "2", "-o"]

    def made(name: str, *more: str) -> list[tuple[str, int]]:
        assert main([*words, str(tmp_path / name), *more]) == 0
        paths = [Path(line) for line in capsys.readouterr().out.split()]
        told = [json.loads(media.recipe_of(path) or "")["request"] for path in paths]
        return [(one["prompt"], one["seed"]) for one in told]

    every = made("all.png", "--variants", "all")
    assert every == [("a red disc", 7), ("a red ball", 8), ("a blue disc", 9), ("a blue ball", 10)]
    two = made("two.png", "--variants", "2", "--count", "2")
    assert len({prompt for prompt, _ in two}) == 2
    assert {prompt for prompt, _ in two} <= {prompt for prompt, _ in every}
    assert [seed for _, seed in two] == [7, 8, 9, 10]
    assert made("same.png", "--variants", "2", "--count", "2") == two
    assert made("plain.png") == [("a {red|blue} __things__", 7)]
    assert main([*words, str(tmp_path / "x.png"), "--variants", "3", "--wildcards", str(tmp_path / "none")]) == 4
    assert "no wildcard file things.txt" in capsys.readouterr().err
