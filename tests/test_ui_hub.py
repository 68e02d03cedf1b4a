"""Getting a model from the hub in the window: asked, agreed to, paused, gone on with after a restart."""

import pytest

from app.core import fetch
from app.ui.models.hub import HubDialog
from tests.hub import Hub, serving
from tests.test_hub import FILES, NAME, WEIGHTS

pytest_plugins = ("tests.studio_kit",)


@pytest.fixture
def there(monkeypatch):
    model = Hub(NAME, FILES)
    monkeypatch.setattr(fetch, "PIECE", 1 << 16)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with serving(model):
        monkeypatch.setenv("HF_ENDPOINT", model.address)
        yield model


@pytest.fixture
def dialog(studio, qtbot):
    made = HubDialog(studio)
    qtbot.addWidget(made)
    made.show()
    return made


def asked(dialog, studio, qtbot, wish=f"{NAME}:whole.safetensors"):
    dialog.name.setText(wish)
    dialog.ask.click()
    qtbot.waitUntil(lambda: studio.download.state in ("offered", "failed"))


def test_size_and_licence_come_first_and_a_yes_gets_it(there, dialog, studio, qtbot, folders):
    assert not there.asked
    asked(dialog, studio, qtbot)
    assert "1.0 MB in 1 files, licence apache-2.0" in dialog.told.text()
    assert len(there.asked) == 1
    dialog.get.click()
    qtbot.waitUntil(lambda: studio.download.state == "done")
    got = folders.data / "downloads" / "maker" / "model" / "whole.safetensors"
    assert got.read_bytes() == WEIGHTS
    assert studio.settings.model_folders == (str(folders.data / "downloads"),)
    assert dialog.bar.value() == dialog.bar.maximum()
    qtbot.waitUntil(lambda: any(found.model.path == str(got) for found in studio.models()))


def test_it_pauses_and_goes_on_after_a_restart(there, dialog, studio, qtbot, opened, monkeypatch):
    real, seen = fetch._written, []

    def slow(*args):
        for done in real(*args):
            seen.append(done)
            yield done
            if len(seen) == 3:
                studio.pause_getting()

    monkeypatch.setattr(fetch, "_written", slow)
    asked(dialog, studio, qtbot)
    dialog.get.click()
    qtbot.waitUntil(lambda: studio.download.state == "paused")
    assert dialog.get.text() == "Go on"
    studio.close()
    monkeypatch.setattr(fetch, "_written", real)
    again = opened()
    assert again.unfinished() == f"{NAME}:whole.safetensors"
    second = HubDialog(again)
    qtbot.addWidget(second)
    assert second.name.text() == again.unfinished()
    second.ask.click()
    qtbot.waitUntil(lambda: again.download.state == "offered")
    assert "of it is there already" in second.told.text()
    second.get.click()
    qtbot.waitUntil(lambda: again.download.state == "done")
    assert there.ranges[0] == ""
    assert there.ranges[-1].startswith("bytes=")
    assert again.unfinished() == ""


def test_what_goes_wrong_is_said_and_can_be_tried_again(there, dialog, studio, qtbot):
    there.status = 404
    asked(dialog, studio, qtbot)
    assert dialog.told.text().startswith("There is no maker/model on the hub")
    assert not dialog.get.isEnabled()
    there.status, there.faults = 200, ["lie"]
    asked(dialog, studio, qtbot)
    dialog.get.click()
    qtbot.waitUntil(lambda: studio.download.state == "failed")
    assert "its hash is another" in dialog.told.text()
    dialog.get.click()
    qtbot.waitUntil(lambda: studio.download.state == "done")


def test_the_button_opens_it(studio, qtbot):
    from app.ui.models import ModelsPanel

    panel = ModelsPanel(studio)
    qtbot.addWidget(panel)
    panel.folders.get.click()
    dialog = panel.findChild(HubDialog)
    assert dialog is not None
    assert dialog.isModal()
    dialog.close()
