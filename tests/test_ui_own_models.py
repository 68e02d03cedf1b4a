"""Every family of the user's own models in the real window: opened, watched, stopped within a step, branched.

With $DARKROOM_SHOTS a folder, what the window shows after each is kept there as a picture.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from app.core.job import Cancelled, Done, Failed, Job, Running
from app.core.settings import Folders
from app.studio import Studio
from app.ui import theme
from app.ui.window import Window
from engines.contract import Control, EngineCard, Video
from engines.files import media
from engines.pipelines import schema
from tests.test_pipelines import asked
from tests.tiny.pipelines import CALLS, FAMILIES, folder, opened

LONG = 120_000
SHOTS = os.environ.get("DARKROOM_SHOTS", "")
MANY = 24  # steps of the run that is stopped


FIRST = ("sd15", "wan")
FAMILIES_HERE = [pytest.param(name, marks=() if name in FIRST else pytest.mark.slow) for name in sorted(FAMILIES)]


class Desk:
    """One window and its worker, for all families one after the other."""

    def __init__(self, home: Path, qtbot: Any) -> None:
        self.studio = Studio.open(Folders(home / "config", home / "data", home / "gallery"))
        self.window = Window(self.studio)
        self.window.resize(1480, 920)
        self.window.show()
        self.said: list[tuple[str, str]] = []
        self.studio.notice.connect(lambda kind, sentence: self.said.append((kind, sentence)))
        self.seen: list[str] = []  # the media that previews were of
        self.studio.preview.connect(lambda run, shown: self.seen.append(type(shown).__name__))

    def close(self) -> None:
        self.window.close()
        self.studio.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, place: Path, qapp: QApplication) -> Iterator[Desk]:
    theme.apply(qapp, "dark")
    made = Desk(tmp_path_factory.mktemp("home"), None)
    yield made
    made.close()


def card_of(desk: Desk, path: Path, qtbot: Any) -> EngineCard:
    """What the window makes of a folder that is dropped on it."""
    before = set(desk.studio.cards())
    desk.studio.open_file(path)
    qtbot.waitUntil(lambda: bool(set(desk.studio.cards()) - before) or bool(_wrong(desk)), timeout=LONG)
    new = set(desk.studio.cards()) - before
    assert new, desk.said
    return desk.studio.card_of(new.pop())


def _wrong(desk: Desk) -> list[str]:
    return [sentence for kind, sentence in desk.said if kind != "info"]


def ended(desk: Desk, jobs: list[Job], qtbot: Any) -> Job:
    """The job after it has come to its end."""
    assert jobs, desk.said
    found = [jobs[0]]

    def over() -> bool:
        found[0] = next(job for job in desk.studio.jobs if job.run == jobs[0].run)
        return found[0].ended

    qtbot.waitUntil(over, timeout=LONG)
    return found[0]


@pytest.mark.parametrize("name", FAMILIES_HERE)
def test_a_family_is_opened_made_watched_stopped_and_branched(
    name: str, desk: Desk, pipelines_root: Path, qtbot: Any
) -> None:
    desk.said.clear()
    card = card_of(desk, folder(name, pipelines_root), qtbot)
    studio, request = desk.studio, asked(card, opened(folder(name, pipelines_root)), dict(CALLS[name]))
    studio.set_engine(card.info.name)
    _ask(studio, request, card)
    desk.seen.clear()
    whole = ended(desk, studio.generate(), qtbot)
    assert isinstance(whole.state, Done), (whole.state, desk.said)
    made = media.read(Path(whole.state.path))
    qtbot.waitUntil(lambda: studio.stage is not None and studio.stage.media is not None, timeout=LONG)
    _kept(name, desk, qtbot)
    assert type(made).__name__.lower() == card.info.medium
    assert desk.seen, "no preview came"

    steps = len(whole.steps)
    branch = ended(desk, studio.branch(max(1, steps - 1), whole.run), qtbot)
    assert isinstance(branch.state, Done), (branch.state, desk.said)
    assert Path(branch.state.path).read_bytes()

    studio.edit(options={"steps": MANY})
    began = studio.generate()
    assert began, desk.said
    qtbot.waitUntil(lambda: _under_way(studio, began[0].run), timeout=LONG)
    studio.stop(began[0].id)
    assert isinstance(ended(desk, began, qtbot).state, Cancelled | Done)
    assert not [job for job in studio.jobs if isinstance(job.state, Failed)], desk.said
    assert not _wrong(desk), desk.said


def _under_way(studio: Studio, run: str) -> bool:
    job = next(job for job in studio.jobs if job.run == run)
    return job.ended or (isinstance(job.state, Running) and bool(job.steps))


def _ask(studio: Studio, request: Any, card: EngineCard) -> None:
    """The request as the draft, by what a person can set."""
    fields = {
        name: getattr(request, name) for name in ("prompt", "negative", "size", "length", "start", "mask", "last")
    }
    fields = {name: value for name, value in fields.items() if value is not None and value != ""}
    motion = [c for c in request.controls if c.kind == schema.MOTION and isinstance(c.media, Video)]
    controls: tuple[Control, ...] = tuple(motion)
    studio.edit(**fields, controls=controls, strength=request.strength, seed=7, options=dict(request.options))
    studio.lock_seed(True)
    assert studio.draft.engine == card.info.name


def _kept(name: str, desk: Desk, qtbot: Any) -> None:
    if SHOTS:
        qtbot.wait(900)
        desk.window.grab().save(str(Path(SHOTS) / f"{name}.png"))
