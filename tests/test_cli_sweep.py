"""`darkroom sweep` over the tiny engines: every cell once, resumed where it was left, measured, and told in a page."""

import csv
import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from app.cli import main, make
from app.cli import sweep as command
from app.core.lab import plan as plans
from app.core.lab.sweep import Measured, Sweep
from engines.contract import Image, Request
from engines.files import arrays, media, recipe
from engines.files.recipe import Recipe
from engines.metrics import pixels
from engines.prompt import grid
from tests.fakes import CARDS, PICTURE

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARKROOM_PLUGINS", str(TINY))
    (tmp_path / "prompts.txt").write_text("a red apple\na blue car\n", "utf-8")
    return tmp_path / "home"


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """What 'pixels' compares with: the same seeds and prompts in forty steps."""
    folder = tmp_path / "real"
    folder.mkdir()
    for n, prompt in enumerate(("a red apple", "a blue car")):
        out = folder / f"{n:05d}.png"
        assert main(["generate", "image/tiny", prompt, "--seed", str(n), "--steps", "40", "-o", str(out)]) == 0
    return folder


def swept(tmp_path: Path, *more: str, engine: str = "image/tiny") -> int:
    words = ("--prompts", str(tmp_path / "prompts.txt"), "-o", str(tmp_path / "r.html"), "--json")
    return main(["sweep", engine, *words, *more])


def events(capsys: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def stamps(tmp_path: Path) -> dict[str, int]:
    return {path.name + path.parent.name: path.stat().st_mtime_ns for path in tmp_path.glob("r-files/*/*.png")}


def test_every_cell_is_made_measured_and_told_of_and_nothing_twice(tmp_path: Path, real: Path, capsys: Any) -> None:
    over = ("--over", "steps=2,30", "--over", "guidance=1,2", "--metric", "pixels", "--real", str(real), "--csv")
    capsys.readouterr()
    assert swept(tmp_path, *over) == 0
    told = events(capsys)[-1]
    assert (told["event"], told["cells"], told["failed"]) == ("report", 4, 0)
    assert told["best"] == "steps 30, guidance 2"
    made = stamps(tmp_path)
    assert len(made) == 8
    table = list(csv.DictReader((tmp_path / "r.csv").open(newline="")))
    assert [(row["steps"], row["guidance"]) for row in table] == [("2", "1"), ("2", "2"), ("30", "1"), ("30", "2")]
    assert [float(row["nfe"]) for row in table] == [4, 4, 60, 60]
    assert [row["best"] for row in table] == ["", "", "", "yes"]
    place = next((tmp_path / "r-files").glob("tiny_steps-30_guidance-2*"))
    each = [pixels.psnr(*(_shown(one / f"{n:05d}.png") for one in (place, real))) for n in range(2)]
    assert float(table[3]["pixels psnr"]) == pytest.approx(np.mean(each))
    page = (tmp_path / "r.html").read_text("utf-8")
    assert page.count("data:image/webp") == 8
    assert "A shift by a pixel costs more than a blur." in page
    assert swept(tmp_path, *over, "--over", "sampler=euler") == 0  # another axis of one value: the same requests
    assert stamps(tmp_path) == made


def test_what_was_asked_for_otherwise_or_is_torn_is_made_again(tmp_path: Path, real: Path, capsys: Any) -> None:
    over = ("--over", "steps=2,3", "--metric", "pixels", "--real", str(real))
    assert swept(tmp_path, *over) == 0
    made = stamps(tmp_path)
    torn, other = sorted((tmp_path / "r-files").glob("tiny_steps-*/00001.png"))
    torn.write_bytes(torn.read_bytes()[:60])
    (tmp_path / "prompts.txt").write_text("a red apple\na green car\n", "utf-8")
    assert swept(tmp_path, *over) == 0
    changed = {name for name, stamp in stamps(tmp_path).items() if made[name] != stamp}
    assert changed == {path.name + path.parent.name for path in (torn, other)}
    assert json.loads(media.recipe_of(torn) or "")["request"]["prompt"] == "a green car"


def test_a_stopped_sweep_keeps_what_is_finished(
    tmp_path: Path, real: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = ("--over", "steps=2,3", "--metric", "pixels", "--real", str(real))
    one, count = make.one, [0]

    def stopping(*given: Any) -> Any:
        count[0] += 1
        if count[0] == 3:
            raise KeyboardInterrupt
        return one(*given)

    monkeypatch.setattr(command.make, "one", stopping)
    assert swept(tmp_path, *over) == 130
    made = stamps(tmp_path)
    assert len(made) == 2
    assert not (tmp_path / "r.html").exists()
    assert swept(tmp_path, *over) == 0
    assert count[0] == 5
    assert made.items() <= stamps(tmp_path).items()


def test_a_cell_that_cannot_be_is_told_of_and_equal_cells_are_made_once(
    tmp_path: Path, real: Path, capsys: Any
) -> None:
    over = ("--over", "sampler=euler,none", "--metric", "pixels", "--real", str(real), "--count", "1")
    capsys.readouterr()
    assert swept(tmp_path, *over) == 1
    assert "choose from: euler, ancestral" in (tmp_path / "r.html").read_text("utf-8")
    assert events(capsys)[-1]["failed"] == 1
    assert len(stamps(tmp_path)) == 1


def test_an_option_that_an_engine_has_not_makes_no_cells_of_its_own(tmp_path: Path) -> None:
    axes = [grid.axis("engine=image/fake|image/other", PICTURE), grid.axis("guidance=1,3", PICTURE)]
    asked = Request(engine="image/fake", prompt="a", seed=5, options={"steps": 2})
    plan = plans.plan(CARDS, asked, ["engine=image/fake|image/other", "guidance=1,3"], ["a", "b"])
    pieces, files = plan.pieces, command._files(Namespace(out=tmp_path / "r.html"), plan)
    assert [piece.label for piece in pieces] == [
        "image/fake, guidance 1",
        "image/fake, guidance 3",
        "image/other",
        "image/other",
    ]
    assert [piece.idle for piece in pieces] == [(), (), (1,), (1,)]
    assert [len({files[piece.place] for piece in part}) for part in (pieces[:2], pieces[2:])] == [2, 1]
    assert [(one.prompt, one.seed, one.options["steps"]) for one in pieces[3].requests] == [("a", 5, 2), ("b", 6, 2)]
    cells = tuple(Measured(one.place, one.label, {}, files=files[one.place], idle=one.idle) for one in pieces)
    assert [cell.label for cell in Sweep("x", tuple(axes), (), cells, ()).distinct()] == [
        "image/fake, guidance 1",
        "image/fake, guidance 3",
        "image/other",
    ]


def test_a_recipe_is_of_a_request_only_when_it_asks_for_the_whole_of_it() -> None:
    start = Image(np.full((4, 4, 3), 9, np.uint8))
    asked = Request(engine="image/x", prompt="a", size=(64, 32), options={"steps": 4, "guidance": 0.1}, start=start)
    text = recipe.dumps(Recipe(request=asked, run="one", facts={"seconds": 1.0}), arrays.digest)
    assert recipe.is_of(text, asked)
    assert recipe.is_of(text, replace(asked, options={"guidance": 0.1, "steps": 4}))  # whatever their order
    others = ({"seed": 1}, {"options": {"steps": 4}}, {"start": Image(start.pixels + 1)}, {"engine": "image/y"})
    assert not any(recipe.is_of(text, replace(asked, **other)) for other in others)
    branch = Recipe(request=asked, run="two", parent=Recipe(request=asked, run="one"), step=2)
    assert not recipe.is_of(recipe.dumps(branch, arrays.digest), asked)
    assert not recipe.is_of("no recipe", asked)


def test_the_error_of_a_score_is_that_of_a_mean() -> None:
    torch = pytest.importorskip("torch")
    from engines.metrics import likeness

    pictures = torch.nn.functional.normalize(torch.rand(50, 8, generator=torch.Generator().manual_seed(1)), dim=1)
    each = [likeness.score(one[None], pictures[:1]) for one in pictures]
    found = likeness.error(pictures, pictures[:1].expand(50, 8))
    assert found == pytest.approx(np.std(each, ddof=1) / np.sqrt(50), rel=1e-5)
    assert likeness.error(pictures[:1], pictures[:1]) == 0


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--metric", "pixels", "--over", "steps=2,3"), "--real"),
        (("--metric", "beauty", "--over", "steps=2,3"), "no metric 'beauty'"),
        (("--metric", "vendi"), "guidance=1,3,5"),
        (("--metric", "vendi", "--over", "seed=1-4"), "--count"),
        (("--metric", "vendi", "--over", "speed=1-4"), "no 'speed'"),
        (("--metric", "stft", "--over", "steps=2,3", "--real", "."), "image/tiny makes image, which stft does not"),
        (("--metric", "vendi", "--over", "steps=2,3", "-o", "r.pdf"), "saved as .html"),
        (("--metric", "vendi", "--over", "sampler=none,nothing"), "No cell of the sweep could be made"),
    ],
)
def test_what_does_not_fit_is_one_sentence_before_any_work(
    more: tuple[str, ...], says: str, tmp_path: Path, capsys: Any
) -> None:
    assert swept(tmp_path, *more) == 2
    assert says in events(capsys)[-1]["sentence"]
    assert not list(tmp_path.glob("r*"))


def _shown(path: Path) -> np.ndarray:
    found = media.read(path)
    assert isinstance(found, Image)
    return found.pixels[..., :3]
