"""What every test may use: the tiny engines and a worker that knows them."""

import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from app.host import Host
from engines.device import settle

if TYPE_CHECKING:
    from tests.checkpoints import Checkpoint, Checkpoints

settings.register_profile("darkroom", deadline=None)  # a slow machine is no failure
settings.load_profile("darkroom")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
settle()  # before anybody imports torch, as the worker does

TINY = Path(__file__).parent / "tiny"
ROGUE = Path(__file__).parent / "rogue"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host whose worker knows the tiny engines and the rogue one."""
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    with Host(
        env={"DARKROOM_PLUGINS": os.pathsep.join(map(str, (TINY, ROGUE)))}, log=log, grace=1.0, silence=3.0
    ) as started:
        yield started


@pytest.fixture(scope="module")
def plain_numbers() -> Iterator[None]:
    """Pipelines of this process compute in float32 where nothing is asked, as the library's, on every CPU."""
    import torch

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engines.device.brief", lambda device: torch.float32)
        yield


@pytest.fixture(scope="session")
def pipelines_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `tests.tiny.pipelines.folder` keeps the small pipelines, each built once for all who share the tests."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "pipelines"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A shelf of models for the tests of a module, where this process finds it."""
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("shelf")
        patch.setenv("DARKROOM_MODELS", str(place))
        yield place


@pytest.fixture(scope="session")
def built_checkpoints(tmp_path_factory: pytest.TempPathFactory) -> "Checkpoints":
    from tests.checkpoints import Checkpoint

    return functools.cache(lambda name: Checkpoint(name, tmp_path_factory.mktemp("checkpoint")))


@pytest.fixture
def checkpoints(built_checkpoints: "Checkpoints", monkeypatch: pytest.MonkeyPatch) -> "Checkpoints":
    """Small checkpoints by name; the configurations of the last one asked for stand in place of the shipped ones."""

    def small(name: str) -> "Checkpoint":
        monkeypatch.setenv("DARKROOM_OWN_ASSETS", str(built_checkpoints(name).assets))
        return built_checkpoints(name)

    return small


@pytest.fixture
def checkpoint(checkpoints: "Checkpoints") -> "Checkpoint":
    """The small SD1.5."""
    return checkpoints("sd1")


@pytest.fixture
def stepped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings by the step: each counts as a second, so that a busy machine changes nothing."""
    from engines.training import clock, fit

    seconds = property(lambda self: float(self.step))
    monkeypatch.setattr(fit, "Clock", type("Stepped", (clock.Clock,), {"seconds": seconds}))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A short training may take its time."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(600), append=False)


def pytest_sessionfinish() -> None:
    """Leave nothing on the clipboard that outlives Python."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is not None and (application := widgets.QApplication.instance()) is not None:
        from app.ui.run import empty_clipboard

        empty_clipboard(application)
