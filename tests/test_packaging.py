"""Setting up: what belongs to others is never touched, and the person is told what is wrong."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

BOOTSTRAP = Path(__file__).resolve().parents[1] / "packaging" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path) -> ModuleType:
    """The set-up script, about to make its environment in a new folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", BOOTSTRAP)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.VENV = tmp_path / "venv"  # type: ignore[attr-defined]
    module.PYTHON = module.VENV / "bin" / "python"  # type: ignore[attr-defined]
    return module


def test_a_folder_of_other_things_is_refused_and_left_alone(bootstrap: ModuleType) -> None:
    bootstrap.VENV.mkdir()
    (bootstrap.VENV / "thesis.txt").write_text("years of work")
    with pytest.raises(bootstrap.Trouble, match="other things"):
        bootstrap.make_environment("uv")
    assert (bootstrap.VENV / "thesis.txt").read_text() == "years of work"


def test_an_installer_that_fails_takes_nothing_with_it(bootstrap: ModuleType) -> None:
    bootstrap.VENV.mkdir()
    with pytest.raises(bootstrap.Trouble, match="could not make the environment"):
        bootstrap.make_environment("false")
    assert bootstrap.VENV.is_dir()


def test_an_environment_without_its_python_is_made_anew(bootstrap: ModuleType) -> None:
    bootstrap.VENV.mkdir()
    (bootstrap.VENV / "pyvenv.cfg").touch()
    bootstrap.make_environment("true")
    assert not (bootstrap.VENV / "pyvenv.cfg").exists()


def test_room_is_asked_of_the_disk_the_environment_goes_to(bootstrap: ModuleType, tmp_path: Path) -> None:
    bootstrap.check_room(0)
    with pytest.raises(bootstrap.Trouble, match=f"^{tmp_path} has .* GB free and setting up needs 1000000 GB"):
        bootstrap.check_room(1_000_000)


def test_an_environment_without_torch_has_no_version_of_it(bootstrap: ModuleType) -> None:
    assert bootstrap.torch_version() == ""
    bootstrap.PYTHON = Path(sys.executable)
    assert bootstrap.torch_version()[0].isdigit()


def test_what_is_run_takes_the_place_of_the_one_who_started_it(bootstrap: ModuleType, monkeypatch) -> None:
    called = []
    monkeypatch.setattr(bootstrap.os, "execv", lambda path, words: called.append(words))
    monkeypatch.setattr(bootstrap, "WINDOWS", False)
    monkeypatch.setattr(bootstrap.subprocess, "Popen", None)
    with pytest.raises(TypeError):  # only the exec that never returns keeps it from going on
        bootstrap.become(["python", "-P", "-m", "app"])
    assert called == [["python", "-P", "-m", "app"]]


@pytest.mark.parametrize(("cores", "shared"), [(2, "2"), (64, "4"), (None, "1")])
def test_the_tests_are_shared_by_the_cores_unless_the_words_say_otherwise(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, cores: int | None, shared: str
) -> None:
    run: list[list[str]] = []
    monkeypatch.chdir(BOOTSTRAP.parent)  # where it goes, and what it sets, is taken back
    for name in ("QT_QPA_PLATFORM", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.setenv(name, os.environ.get(name, "1"))
    monkeypatch.setattr(bootstrap, "need_qt_libraries", lambda: None)
    monkeypatch.setattr(bootstrap.os, "cpu_count", lambda: cores)
    monkeypatch.setattr(
        bootstrap.subprocess, "run", lambda words: run.append(words) or type("Ran", (), {"returncode": 0})
    )
    assert bootstrap.check(["-n", "0", "tests/test_files.py"]) == 0
    tests = run[-1][run[-1].index("pytest") :]
    assert tests[tests.index("-n") + 1] == shared
    assert tests[-3:] == ["-n", "0", "tests/test_files.py"], "the last word on it is the user's"


def test_what_the_checks_compare_with_comes_without_what_it_depends_on(bootstrap: ModuleType, monkeypatch) -> None:
    said: list[list[str]] = []
    bootstrap.VENV.mkdir()
    bootstrap.PYTHON.parent.mkdir()
    bootstrap.PYTHON.touch()
    monkeypatch.setattr(bootstrap, "torch_version", lambda: "2.13.0")
    monkeypatch.setattr(bootstrap, "find_uv", lambda: "uv")
    monkeypatch.setattr(bootstrap, "attempt", lambda words: said.append([str(word) for word in words]) or True)
    bootstrap.set_up("")
    assert not any("--no-deps" in words for words in said)
    bootstrap.set_up("test")
    alone = [words for words in said if "--no-deps" in words]
    assert [words[-1] for words in alone] == ["torch-fidelity==0.3.0"]
    assert (bootstrap.VENV / "darkroom.stamp").read_text().endswith(" test")
