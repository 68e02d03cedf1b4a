"""An engine with one option of every kind, others with none or no weights, and the window over them."""

import msgspec
import pytest

from app.core.settings import Folders
from app.studio import Studio
from app.ui import theme
from app.ui.window import Window
from engines.contract import EngineCard, Info, Param
from tests import fakes

EVERY = EngineCard(
    Info(
        name="image/every",
        title="Every kind",
        summary="One option of every kind.",
        medium="image",
        family="none",
        takes=("prompt", "negative", "seed", "size", "start"),
        sizes=((64, 64), (96, 64)),
        size_rule=(32, 256, 16),
        presets=("a red apple", "two blue cars"),
        licence="MIT",
    ),
    (
        Param("steps", "int", 12, min=1, max=60, help="How many steps."),
        Param("guidance", "float", 4.0, min=0.0, max=15.0, curve=True, unit="x"),
        Param("tiled", "bool", False, group="more"),
        Param("sampler", "choice", "euler", choices=("euler", "dpmpp_2m"), group="more"),
        Param("note", "text", ""),
    ),
)
BARE = EngineCard(Info(name="audio/bare", title="Bare", summary="", medium="audio", family="none", takes=()), ())
LOST = msgspec.structs.replace(EVERY, info=msgspec.structs.replace(EVERY.info, name="image/lost"), missing=("w.st",))
CARDS = {card.info.name: card for card in (EVERY, BARE, LOST, fakes.PICTURE)}


@pytest.fixture
def folders(tmp_path):
    return Folders(config=tmp_path / "config", data=tmp_path / "data", gallery=tmp_path / "gallery")


@pytest.fixture
def gate():
    gate = fakes.Gate()
    yield gate
    gate.open()


@pytest.fixture
def studio(qapp, qtbot, folders, gate):
    theme.apply(qapp, "dark")
    made = Studio(folders, fakes.Host(gate, CARDS))
    qtbot.waitUntil(lambda: made.worker_state[0] == "ready" and "image/every" in made.cards())
    made.set_engine("image/every")
    yield made
    gate.open()
    made.close()


@pytest.fixture
def window(studio, qtbot):
    made = Window(studio)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    return made
