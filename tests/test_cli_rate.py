"""`darkroom rate`: a set made, rated line by line, and told of, by words alone."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.__main__ import _rates
from app.cli import main, spelt
from tests import rating_kit as kit

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARKROOM_PLUGINS", str(TINY))


def said(capsys: Any, *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def told(capsys: Any, *words: object) -> dict[str, Any]:
    code, out, err = said(capsys, *words, "--json")
    assert code == 0, (out, err)
    return json.loads(out.splitlines()[-1])


def voted(monkeypatch: Any, place: Path, name: str, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert main(["rate", "vote", str(place), "--rater", name]) == 0


def test_a_set_is_made_rated_and_told_of(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    source, place = kit.results(tmp_path / "in"), tmp_path / "set"
    made = told(capsys, "rate", "new", place, "--of", source, "--question", "Which fox?", "--seed", 3)
    assert made["settings"] == ["steps 4", "steps 8"]
    assert Path(made["key"]).is_relative_to(tmp_path / "home")
    code, _, err = said(capsys, "rate", "result", place)
    assert code == 2
    assert "Nobody has finished" in err
    voted(monkeypatch, place, "Anna", "1\nu\n2\nnonsense\nt\nb\nq\n")
    out, err = capsys.readouterr()
    assert "Which fox?" in out
    assert "'nonsense' is no answer" in err
    assert "3 answered" in out
    assert told(capsys, "rate", place)["raters"]["Anna"]["done"] == 3
    voted(monkeypatch, place, "Ben", "t\n" * 40)
    found = told(capsys, "rate", "result", place, "--csv", tmp_path / "table.csv")
    assert found["winner"] == ""
    assert found["rows"][0]["tied"] == found["raters"][1]["votes"]
    assert (tmp_path / "table.csv").read_text().startswith("setting,strength")
    assert "can hardly be told apart" in said(capsys, "rate", "result", place)[1]


def test_votes_come_back_to_where_the_key_is(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    source, place = kit.results(tmp_path / "in"), tmp_path / "set"
    told(capsys, "rate", "new", place, "--of", source)
    voted(monkeypatch, place, "Anna", "1\n" * 40)
    (place / "votes").rename(tmp_path / "back")
    assert told(capsys, "rate", "result", place, tmp_path / "back")["raters"][0]["finished"]
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "elsewhere"))
    code, _, err = said(capsys, "rate", "result", place)
    assert code == 4
    assert "send the votes back" in err


def test_engines_make_what_is_rated_and_make_it_once(tmp_path: Path, capsys: Any) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("a red apple\na green frog\n")
    words = ("--of", "image/tiny:steps=3", "--of", "image/tiny:steps=6", "--prompts", prompts, "--count", 3)
    made = told(capsys, "rate", "new", tmp_path / "one", *words)
    assert made["settings"] == ["image/tiny, steps 3", "image/tiny, steps 6"]
    code, out, _ = said(capsys, "rate", "new", tmp_path / "two", *words, "--names", "few", "many", "--json")
    assert code == 0
    assert '"event": "result"' not in out  # nothing was made anew
    assert json.loads(out.splitlines()[-1])["settings"] == ["few", "many"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--of", "nothing/here", "--prompts", "P"), "There is no engine"),
        (("--of", "image/tiny:steps", "--of", "image/tiny", "--prompts", "P"), "wants ENGINE:NAME=VALUE"),
        (("--of", "image/tiny", "--of", "image/tiny:steps=3"), "needs prompts"),
        (("--of", "IN", "--names", "one"), "2 settings and 1 names"),
        (("--of", "EMPTY"), "no media to rate"),
    ],
)
def test_what_cannot_be_made_costs_a_sentence(tmp_path: Path, capsys: Any, words: Any, sentence: str) -> None:
    (tmp_path / "EMPTY").mkdir()
    (tmp_path / "P").write_text("a fox\n")
    places = {"IN": kit.results(tmp_path / "in", count=2), "EMPTY": tmp_path / "EMPTY", "P": tmp_path / "P"}
    code, _, err = said(capsys, "rate", "new", tmp_path / "set", *(places.get(word, word) for word in words))
    assert code in (2, 3)
    assert sentence in err
    assert not (tmp_path / "set").exists()


def test_a_set_alone_is_opened_in_the_window(tmp_path: Path, monkeypatch: Any) -> None:
    assert spelt(["rate", "DIR", "--json"]) == ["rate", "open", "DIR", "--json"]
    assert spelt(["rate", "new", "DIR"]) == ["rate", "new", "DIR"]
    kit.made(tmp_path, kit.results(tmp_path / "in", count=2))
    assert _rates(["rate", str(tmp_path / "set")])
    assert _rates(["rate", "open", str(tmp_path / "set")])
    assert not _rates(["rate", "vote", str(tmp_path / "set")])
    assert not _rates(["rate", str(tmp_path)])
    assert not _rates(["rate"])


def test_several_folders_are_a_setting_each(tmp_path: Path, capsys: Any) -> None:
    rng = np.random.default_rng(1)
    from engines.files import media

    for name in ("warm", "cold"):
        (tmp_path / name).mkdir()
        for n in range(3):
            media.write(tmp_path / name / f"{n}.png", kit.medium("image", rng))
    made = told(capsys, "rate", "new", tmp_path / "set", "--of", tmp_path / "warm", "--of", tmp_path / "cold")
    assert made["settings"] == ["warm", "cold"]
    assert made["most"] == 6
