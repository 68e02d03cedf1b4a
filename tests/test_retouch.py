"""Enlarging and cutting out finished pictures: from the command line with a model in tiles, and on the stage."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from app.cli import main
from app.core import enlarge
from app.core.enlarge import Enlarging
from app.ui.stage.enlarge import EnlargeDialog
from engines import wire
from engines.contract import EngineCard, Image, Param, Refused, Request
from engines.files import media, recipe
from tests import fakes
from tests.tiny.pipelines import folder

pytest_plugins = ["tests.studio_kit"]
SETTINGS = (Param("tile", "int", 0, 0, 2048), Param("overlap", "int", 0, 0, 512))
SETTINGS += (Param("enlarger", "choice", "lanczos", choices=("lanczos", "network")),)
INFO = msgspec.structs.replace(fakes.PICTURE.info, name="image/large", size_rule=(16, 4096, 16))
LARGE = EngineCard(INFO, (*fakes.PICTURE.params, *SETTINGS))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    return tmp_path


def disc(path: Path, side: int = 64) -> Path:
    y, x = np.mgrid[0:side, 0:side]
    pixels = np.full((side, side, 3), 240, np.uint8)
    pixels[np.hypot(x - side / 2, y - side / 2) < side / 3] = (200, 30, 30)
    media.write(path, Image(pixels))
    return path


def test_the_commands_enlarge_and_cut_out(home: Path, pipelines_root: Path, capsys: Any) -> None:
    source, larger, cut = disc(home / "disc.png"), home / "larger.png", home / "cut.png"
    assert main(["enlarge", str(source), "--factor", "1.5", "--by", "lanczos", "-o", str(larger)]) == 0
    assert media.read(larger).pixels.shape == (96, 96, 3)  # type: ignore[union-attr]
    assert main(["cutout", str(larger), "-o", str(cut)]) == 0
    assert media.read(cut).pixels[0, 0, 3] == 0  # type: ignore[union-attr]
    told = recipe.loads(media.recipe_of(cut) or "", lambda name: np.zeros(0))
    assert told.parent is not None
    assert told.parent.request.engine == "retouched/enlarge"
    model, drawn = str(folder("sd15", pipelines_root)), home / "drawn.png"
    words = ["enlarge", str(larger), "--model", model, "--tile", "64", "--overlap", "32", "--strength", "0.5"]
    assert main([*words, "--seed", "3", "-o", str(drawn)]) == 0, capsys.readouterr().err
    assert media.read(drawn).pixels.shape == (192, 192, 3)  # type: ignore[union-attr]
    assert main(["enlarge", str(source), "--by", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err


def test_a_request_keeps_the_words_and_fits_the_model() -> None:
    made = Request(engine="other", prompt="a boat", negative="fog", seed=9, options={"strange": 1})
    request = enlarge.request_of(LARGE, Enlarging(2.0, "lanczos", LARGE.info.name), made, (40, 32))
    assert (request.prompt, request.negative, request.seed) == ("a boat", "fog", 9)
    assert request.size == (80, 64)
    assert "strange" not in request.options
    with pytest.raises(Refused, match="pixels a side"):
        enlarge.size_of((5000, 10), Enlarging(4.0))


def test_a_retouched_picture_is_a_child_in_the_history_and_on_the_stage(studio: Any, qtbot: Any) -> None:
    (job,) = studio.generate()
    qtbot.waitUntil(lambda: studio.stage is not None and studio.stage.entry is not None)
    studio.enlarge(Enlarging(2.0, "lanczos"))
    qtbot.waitUntil(lambda: studio.stage.run != job.run and studio.stage.media is not None)
    order = next(order for order in studio.bridge.host.orders if isinstance(order, wire.Retouch))
    assert (order.deed, order.size, order.way) == ("enlarge", (32, 32), "lanczos")
    assert studio.stage.entry.parent == job.run
    assert studio.stage.entry.engine == "retouched/enlarge"
    studio.cut_out()
    qtbot.waitUntil(lambda: studio.stage.entry is not None and studio.stage.entry.engine == "retouched/cutout")
    assert not studio.retouching


def test_a_picture_drawn_over_is_a_job_whose_parent_is_the_picture(opened: Any, qtbot: Any) -> None:
    studio = opened(cards=fakes.CARDS | {LARGE.info.name: LARGE})
    assert [card.info.name for card in enlarge.able(studio.cards())] == ["image/large"]
    studio.edit(prompt="a red apple")
    (job,) = studio.generate()
    qtbot.waitUntil(lambda: studio.stage is not None and studio.stage.entry is not None)
    studio.pause_queue(True)
    studio.enlarge(Enlarging(2.0, "lanczos", "image/large", 0.4, 64, 16))
    qtbot.waitUntil(lambda: len(studio.jobs) == 2 or bool(studio.notices))
    assert not [words for kind, words in studio.notices if kind == "error"], studio.notices
    made = studio.jobs[-1]
    assert (made.parent, made.parent_step) == (job.run, None)
    assert made.request.size == (32, 32)
    assert made.request.options["tile"] == 64
    assert made.request.strength == 0.4


def test_the_dialog_says_how_large_it_will_be(qtbot: Any) -> None:
    dialog = EnlargeDialog((40, 30), [], {}, None)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    assert "80 × 60" in dialog.note.text()
    assert dialog.wish() == Enlarging()
    dialog.factor._put(4.0)
    assert dialog.wish().factor == 4.0
    assert "160 × 120" in dialog.note.text()
