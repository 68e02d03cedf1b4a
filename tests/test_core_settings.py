"""Settings: kept, forgiving, and never the reason that nothing starts."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import settings
from app.core.settings import Settings
from engines.contract import Refused


def test_what_is_saved_comes_back_and_the_rest_stays(tmp_path):
    path = tmp_path / "config" / "settings.toml"
    path.parent.mkdir()
    path.write_text('theme = "light"\nfrom_the_future = [1, 2]\n[nested]\na = 1\n')
    loaded = settings.load(path)
    assert loaded.settings == Settings(theme="light")
    assert not loaded.notices
    settings.save(path, Settings(theme="system", plugins=("/a", "/b")))
    assert settings.load(path).settings == Settings(theme="system", plugins=("/a", "/b"))
    table = tomllib.loads(path.read_text())
    assert table["from_the_future"] == [1, 2]
    assert table["nested"] == {"a": 1}


@given(st.binary(max_size=200))
def test_no_file_stops_the_start(tmp_path_factory, junk):
    path = tmp_path_factory.mktemp("s") / "settings.toml"
    path.write_bytes(junk)
    loaded = settings.load(path)
    assert isinstance(loaded.settings, Settings)
    if not path.exists():
        assert path.with_name("settings.toml.broken").read_bytes() == junk
        assert "settings.toml" in loaded.notices[0]
    settings.save(path, loaded.settings)
    assert settings.load(path).settings == loaded.settings


@pytest.mark.parametrize("line", ['theme = "pink"', "step_budget_mb = true", "plugins = 3", "gallery = 1.5"])
def test_one_bad_value_costs_one_default(tmp_path, line):
    path = tmp_path / "settings.toml"
    path.write_text(f'language = "de"\n{line}\n')
    loaded = settings.load(path)
    assert loaded.settings == Settings(language="de")
    assert line.split(" = ")[0] in loaded.notices[0]


def test_all_folders_lie_below_darkroom_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "h"))
    folders = settings.default_folders().make()
    inside = (folders.config, folders.data, folders.gallery, folders.steps, folders.blobs, folders.thumbs, folders.logs)
    assert all(folder.is_dir() and folder.is_relative_to(tmp_path / "h") for folder in inside)
    chosen = Settings(gallery=str(tmp_path / "mine")).folders(folders)
    assert chosen.gallery == tmp_path / "mine"
    assert chosen.data == folders.data


def test_a_folder_that_cannot_be_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "file"))
    with pytest.raises(Refused) as refused:
        settings.default_folders().make()
    assert str(tmp_path / "file") in refused.value.failure.sentence
    with pytest.raises(Refused):
        settings.save(tmp_path / "file" / "settings.toml", Settings())


@given(st.dictionaries(st.text(st.characters(categories=["L", "N"]), min_size=1), st.binary(), max_size=5))
def test_what_the_window_remembers(tmp_path_factory, state):
    path = tmp_path_factory.mktemp("s") / "state.toml"
    settings.save_state(path, state)
    assert settings.load_state(path) == state


def test_a_broken_state_is_forgotten_in_silence(tmp_path):
    path = tmp_path / "state.toml"
    path.write_text('docks = "not base64!"\nplace = 3\ngood = "AAE="\n')
    assert settings.load_state(path) == {"good": b"\x00\x01"}
