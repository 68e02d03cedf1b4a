"""Fixtures for tests of the studio: folders, and a way to open studios on them."""

import pytest

from app.core.settings import Folders, Settings, save
from app.studio import Studio
from tests import fakes


@pytest.fixture
def folders(tmp_path):
    """Fresh folders, and a tiny engine for the first draft: the shipped one would be loaded in the background."""
    fresh = Folders(tmp_path / "config", tmp_path / "data", tmp_path / "gallery")
    save(fresh.settings, Settings(last_engine="image/tiny"))
    return fresh


@pytest.fixture
def opened(qtbot, folders, monkeypatch):
    """A way to open studios on the same folders; all are closed at the end."""
    monkeypatch.setattr("app.studio.core.registry.listing", lambda *_: FakeListing())
    made = []

    def start(gate=None, **kwargs):
        studio = Studio(folders, fakes.Host(gate, **kwargs))
        studio.notices = []
        studio.notice.connect(lambda kind, sentence: studio.notices.append((kind, sentence)))
        made.append(studio)
        qtbot.waitUntil(lambda: studio._library is not None and studio.worker_state[0] != "starting")
        qtbot.wait(10)
        return studio

    yield start
    for studio in made:
        if isinstance(studio.bridge.host.gate, fakes.Gate):
            studio.bridge.host.gate.open()
        studio.close()


class FakeListing:
    cards = fakes.CARDS
    broken: dict[str, str] = {}


@pytest.fixture
def studio(opened):
    studio = opened()
    studio.edit(prompt="a red apple", seed=7)
    studio.lock_seed(True)
    return studio
