"""Models from the hub, from a small one on this machine: resumed, checked, refused in a sentence, and never unasked."""

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from app.cli import get as getting
from app.cli import main
from app.core import fetch, hub
from app.core.models import Library
from engines.contract import Refused
from tests.hub import Hub, serving
from tests.model_headers import SD1, write

NAME = "maker/model"
WEIGHTS = save({"a": np.random.default_rng(0).standard_normal((64, 4096), np.float32)})
FILES = {
    "README.md": b"---\nlicense: apache-2.0\n---\n",
    "unet/config.json": b"{}",
    "unet/diffusion_pytorch_model.safetensors": WEIGHTS,
    "unet/diffusion_pytorch_model.fp16.safetensors": WEIGHTS,
    "unet/model.py": b"import os",
    "unet/pytorch_model.bin": b"\x80\x02.",
    "model_index.json": b"{}",
    "whole.safetensors": WEIGHTS,
}


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    model = Hub(NAME, FILES)
    model.small = {name for name in FILES if name.endswith((".json", ".md", ".py"))}
    monkeypatch.setattr(fetch, "PIECE", 1 << 16)
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(model):
        monkeypatch.setenv("HF_ENDPOINT", model.address)
        yield model


def one(base: Path) -> hub.Offer:
    return hub.offer(f"{NAME}:whole.safetensors", base)


def all_of(offered: hub.Offer) -> list[hub.News]:
    return list(hub.get(offered))


# ---------------------------------------------------------------- getting


def test_a_whole_model_is_got_without_programs_and_twins(there: Hub, tmp_path: Path) -> None:
    offered = hub.offer(NAME, tmp_path)
    assert offered.licence == "apache-2.0"
    assert {one.name for one in offered.files} == {
        "README.md",
        "model_index.json",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
    }
    assert not list(tmp_path.rglob("*.*")), "something was taken before it was asked for"
    news = all_of(offered)
    assert [one.done for one in news] == sorted(one.done for one in news)
    assert news[-1] == hub.News("", offered.size, offered.size, 0.0)
    assert any(one.left is not None and one.left >= 0 for one in news[:-1])
    got = {str(path.relative_to(offered.folder)) for path in offered.folder.rglob("*") if path.is_file()}
    assert got == {one.name for one in offered.files}
    assert (offered.folder / "unet/diffusion_pytorch_model.safetensors").read_bytes() == WEIGHTS
    asked = len(there.ranges)
    assert hub.offer(NAME, tmp_path).here == offered.size
    all_of(offered)
    assert len(there.ranges) == asked, "what is there was asked for again"


def test_a_download_that_was_left_goes_on_where_it_ended(there: Hub, tmp_path: Path) -> None:
    news = hub.get(one(tmp_path))
    for _ in range(4):
        next(news)
    news.close()  # the program ends here
    again = one(tmp_path)
    assert 0 < again.here < again.size
    assert not again.path.exists()
    all_of(again)
    assert again.path.read_bytes() == WEIGHTS
    assert there.ranges == ["", f"bytes={again.here}-"]
    assert [path.name for path in again.folder.iterdir()] == ["whole.safetensors"]


def test_a_line_that_breaks_is_taken_up_again(there: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch.time, "sleep", lambda _: None)
    there.faults = ["cut", "cut"]
    offered = one(tmp_path)
    for wanted in offered.files:
        list(fetch.fetched(offered.folder, wanted, wait=lambda _: None))
    assert offered.path.read_bytes() == WEIGHTS
    assert [bool(wish) for wish in there.ranges] == [False, True, True]


def test_a_host_without_ranges_begins_anew(there: Hub, tmp_path: Path) -> None:
    news = hub.get(one(tmp_path))
    next(news)
    news.close()
    there.faults = ["ranges"]
    all_of(one(tmp_path))
    assert one(tmp_path).path.read_bytes() == WEIGHTS


def test_wrong_bytes_are_thrown_away(there: Hub, tmp_path: Path) -> None:
    there.faults = ["lie"]
    with pytest.raises(Refused, match=r"^whole\.safetensors is not what was promised: its hash is another\."):
        all_of(one(tmp_path))
    assert not list(one(tmp_path).folder.iterdir())


def test_true_bytes_that_are_no_weights_are_told(there: Hub, tmp_path: Path) -> None:
    there.files["whole.safetensors"] = b"\xff" * 100
    with pytest.raises(Refused, match="not a safetensors file"):
        all_of(one(tmp_path))


def test_the_token_goes_to_the_hub_alone(there: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "secret")
    all_of(one(tmp_path))
    told = {path.split("/")[1]: headers.get("Authorization") for path, headers in there.asked}
    assert told == {"api": "Bearer secret", "maker": "Bearer secret", "files": None}


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("code", "said"),
    [(401, "HF_TOKEN"), (403, "agreed to its terms"), (404, "There is no maker/model"), (429, "pause"), (500, "500")],
)
def test_what_the_hub_says_no_to_is_one_sentence(code: int, said: str, there: Hub, tmp_path: Path) -> None:
    there.status = code
    with pytest.raises(Refused, match=said) as caught:
        hub.offer(NAME, tmp_path)
    assert "\n" not in caught.value.failure.sentence
    there.status, there.faults = 200, [code]
    with pytest.raises(Refused):
        all_of(one(tmp_path))


def test_no_connection_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free.getsockname()[1]}")
    with pytest.raises(Refused, match=r"^The hub cannot be reached \(.+\); look at your connection\."):
        hub.offer(NAME, tmp_path)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("model", "no name of a model"),
        ("../../etc", "no name of a model"),
        (f"{NAME}:none.safetensors", "holds no file"),
        (f"{NAME}:unet/model.py", "could run code"),
        (f"{NAME}:unet/pytorch_model.bin", "could run code"),
    ],
)
def test_wishes_that_are_not_met(wish: str, said: str, there: Hub, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=said):
        hub.offer(wish, tmp_path)


@pytest.mark.parametrize(
    "name", ["../out.json", "/etc/x.json", "a/../../x.json", "a\\..\\x.json", "C:x.json", ".ssh/x.json", "a\n.json"]
)
def test_no_name_leads_out_of_the_folder(name: str, there: Hub, tmp_path: Path) -> None:
    there.files = {name: b"{}", "a.safetensors": WEIGHTS}
    assert [one.name for one in hub.offer(NAME, tmp_path).files] == ["a.safetensors"]


@pytest.mark.parametrize("text", [b"", b"[]", b'{"sha": "x", "siblings": []}', b"{" * 1000])
def test_an_answer_that_makes_no_sense(
    text: bytes, there: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(there, "told", lambda: text)
    with pytest.raises(Refused, match="answer about maker/model cannot be read"):
        hub.offer(NAME, tmp_path)


# ---------------------------------------------------------------- the command


def test_the_command_tells_the_size_and_asks_first(
    there: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["models", "get", f"{NAME}:whole.safetensors", "--to", str(tmp_path)]
    assert main(words) == 2
    out = capsys.readouterr().out
    assert "maker/model: 1.0 MB in 1 files, licence apache-2.0" in out
    assert not list(tmp_path.rglob("*.safetensors"))
    assert main([*words, "--yes"]) == 0
    assert f"darkroom models add {tmp_path / 'maker' / 'model' / 'whole.safetensors'}" in capsys.readouterr().out


def test_the_command_speaks_json(there: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "get", NAME, "--to", str(tmp_path), "--yes", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[-1] == {"event": "got", "path": str(tmp_path / "maker/model"), "bytes": hub.offer(NAME, tmp_path).size}
    assert {row["event"] for row in rows[:-1]} == {"getting"}


def test_models_go_to_the_users_own_folder(there: Hub, tmp_path: Path) -> None:
    assert getting.usual_place() == tmp_path / "home" / "data" / "downloads"


# ---------------------------------------------------------------- unasked


WATCHED: list[list[str]] = []


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if WATCHED and event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"):
        WATCHED[-1].append(f"{event} {args!r}")


@pytest.fixture
def quiet() -> Iterator[list[str]]:
    if not getattr(sys, "_darkroom_watched", False):
        sys.addaudithook(_watch)
        sys._darkroom_watched = True  # type: ignore[attr-defined]
    WATCHED.append([])
    yield WATCHED[-1]
    WATCHED.pop()


def test_nothing_is_contacted_by_a_scan_or_by_opening_a_model(
    quiet: list[str], tmp_path: Path, pipelines_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engines.pipelines import schema, single
    from tests.tiny.pipelines import folder

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    write(tmp_path / "m/sd1.safetensors", SD1)
    list(Library(tmp_path / "cache").scan([tmp_path / "m"]))
    model = folder("ddpm", pipelines_root)
    schema.described(model)
    import torch

    list(single.source_of(model).load(torch.float32))
    assert quiet == []
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    with pytest.raises(Refused):
        hub.offer(NAME, tmp_path)
    assert quiet != [], "the watch saw nothing"
