"""The settings: only what is changed changes, and at once."""

import os

from PySide6.QtWidgets import QMessageBox

from app.core.settings import Settings, load
from app.ui import theme
from app.ui.run import reachable
from app.ui.settings import SettingsDialog
from engines.wire import Rest


def test_theme_follows_settings(window, studio, qtbot):
    studio.change_settings(theme="light")
    assert theme.current(window) is theme.LIGHT
    studio.change_settings(theme="dark")
    assert theme.current(window) is theme.DARK


def test_settings_change_only_what_was_changed(window, studio, folders, tmp_path):
    dialog = SettingsDialog(studio, window)
    assert dialog.changes() == {}
    dialog.theme.setCurrentIndex(dialog.theme.findData("light"))
    dialog.gallery.setText(str(tmp_path / "other"))
    dialog.previews.setChecked(False)
    dialog.plugins.setText(os.pathsep.join((str(tmp_path / "mine"), "", " theirs ")))
    assert set(dialog.changes()) == {"theme", "gallery", "preview_interval_ms", "plugins"}
    dialog.accept()
    assert studio.settings.plugins == (str(tmp_path / "mine"), "theirs")
    assert studio.settings.theme == "light"
    assert studio.folders.gallery == tmp_path / "other"


def test_how_long_models_stay_loaded_is_remembered_and_told_the_worker(window, studio, folders, qtbot):
    dialog = SettingsDialog(studio, window)
    dialog.idle.set_value(40)
    assert dialog.changes() == {"idle_minutes": 40}
    dialog.accept()
    qtbot.waitUntil(lambda: Rest(40) in studio.bridge.host.orders)
    studio.bridge.flush()
    assert load(folders.settings).settings.idle_minutes == 40
    assert SettingsDialog(studio, window).idle.value() == 40


def test_a_gallery_that_is_gone_costs_a_sentence_not_the_window(qapp, folders, tmp_path):
    (tmp_path / "file").touch()
    chosen = Settings(gallery=str(tmp_path / "file" / "below"))
    settings, said = reachable(chosen, folders)
    assert settings.folders(folders).gallery == folders.gallery
    assert len(said) == 1
    assert str(folders.gallery) in said[0]
    assert reachable(Settings(), folders) == (Settings(), ())


def test_a_gallery_that_cannot_be_made_keeps_the_dialog_open(window, studio, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: told.append(words[-1]))
    (tmp_path / "file").touch()
    dialog = SettingsDialog(studio, window)
    dialog.gallery.setText(str(tmp_path / "file" / "below"))
    dialog.accept()
    assert len(told) == 1
    assert studio.settings.gallery == ""
