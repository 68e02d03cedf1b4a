"""What a stranger's files say can be anything: a scan names it, remembers it and goes on."""

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import main
from app.core.models import Library
from engines.contract import Refused
from engines.files import headers, sniff
from engines.files.sniff import table
from tests.model_headers import VAE, write

PIECES = sorted({piece for sign in (*table.SIGNS, *table.LORAS) for c in sign.conditions for piece in c.patterns})
NAMES = st.one_of(st.text(max_size=12), st.sampled_from(PIECES).map(lambda p: p.replace("*", "x\n.weight")))
SHAPES = st.lists(st.integers(0, 2**40), max_size=4).map(tuple)


def models(root: Path) -> tuple[dict[str, str], list[str]]:
    """The trouble of every model below `root` by its name, and the sentences; the list is there again afterwards."""
    cache = root.parent / "models.cache"
    news = list(Library(cache).scan([root]))
    found = [n.model for n in news if n.model]
    key = lambda model: (model.path, model.form)  # noqa: E731
    assert sorted(Library(cache).known([root]), key=key) == sorted(found, key=key)
    return {Path(model.path).name: model.trouble for model in found}, [n.sentence for n in news if n.sentence]


@given(st.dictionaries(st.tuples(NAMES, st.sampled_from(["", ".lora_down.weight", ".lokr_w1"])), SHAPES, max_size=6))
def test_any_names_and_shapes_are_told_or_unknown(shapes):
    found = sniff.sniff({name + end: shape for (name, end), shape in shapes.items()})
    assert found.kind
    assert found.title


@given(st.dictionaries(st.sampled_from(["ss_tag_frequency", "modelspec.trigger_phrase", "base_model"]), st.text()))
def test_any_metadata_is_told(notes):
    found = sniff.sniff({"a.lora_down.weight": (4, 4)}, notes)
    assert all(word.strip() for word in found.triggers)


@pytest.mark.parametrize(
    "tags", [{"a": {"x": 1.5}, "b": {"x": 10**400}}, {"a": {"x": True, "y": -1}}, {"a": [1]}, {"a": {"x": "9"}}, []]
)
def test_tags_that_make_no_sense_are_no_words(tags):
    assert len(sniff.sniff({"a.lora_down.weight": (4, 4)}, {"ss_tag_frequency": json.dumps(tags)}).triggers) <= 1


def test_half_a_letter_in_the_tags_is_kept_from_the_cache(tmp_path):
    write(tmp_path / "m" / "a.safetensors", {"a.lora_down.weight": (4, 4)}, {"ss_tag_frequency": '{"a":{"\\ud800":3}}'})
    assert models(tmp_path / "m") == ({"a.safetensors": ""}, [])


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are for Linux")
def test_a_name_that_is_no_text_costs_a_sentence(tmp_path):
    write(tmp_path / "m" / "vae.safetensors", VAE)
    for name in (b"\xff.safetensors", b"\xfe"):
        place = os.fsencode(tmp_path / "m") + b"/" + name
        os.mkdir(place) if name == b"\xfe" else Path(os.fsdecode(place)).write_bytes(b"x")
    found, said = models(tmp_path / "m")
    assert set(found) == {"vae.safetensors"}
    assert len(said) == 2
    assert all("no text" in sentence for sentence in said)


def test_pipes_in_the_place_of_descriptions_hold_nobody(tmp_path):
    for folder, name in (("a", "model_index.json"), ("b", "README.md"), ("c/vae", "x.safetensors.index.json")):
        write(tmp_path / "m" / folder / "model.safetensors", VAE)
        os.mkfifo(tmp_path / "m" / folder / name)
    (tmp_path / "m" / "c" / "model_index.json").write_text(
        json.dumps({"_class_name": "StableDiffusionPipeline", "vae": ["diffusers", "AutoencoderKL"]})
    )
    found, _ = models(tmp_path / "m")
    assert {"model.safetensors", "c"} <= set(found)


def test_folders_without_end_cost_a_sentence(tmp_path):
    deep = tmp_path / "m" / "/".join("d" * 300)
    deep.mkdir(parents=True)
    write(deep / "vae.safetensors", VAE)
    write(tmp_path / "m" / "near.safetensors", VAE)
    found, (sentence,) = models(tmp_path / "m")
    assert set(found) == {"near.safetensors"}
    assert "too deep" in sentence


def test_a_terminal_is_not_written_to_by_a_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    notes = {"modelspec.license": "\x1b]0;mine\x07", "modelspec.trigger_phrase": "\x1b[2J"}
    path = write(tmp_path / "m" / "x\x1b[31m.safetensors", {"a.lora_down.weight": (4, 4)}, notes)
    assert main(["models", "scan", str(tmp_path / "m")]) == 0
    assert main(["models", "check", str(path)]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_a_broken_file_is_looked_at_again_for_its_trouble_may_have_passed(tmp_path, monkeypatch):
    write(tmp_path / "m" / "vae.safetensors", VAE)

    def away(path: str) -> None:
        raise Refused("bad-file", "The disk is away.")

    with monkeypatch.context() as without_disk:
        without_disk.setattr(headers, "summary", away)
        assert models(tmp_path / "m")[0] == {"vae.safetensors": "The disk is away."}
    assert models(tmp_path / "m")[0] == {"vae.safetensors": ""}
