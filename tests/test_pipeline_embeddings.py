"""Textual inversions: known by their words for one run, as the library itself would have them, and then forgotten."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from diffusers import DiffusionPipeline
from safetensors.torch import load_file, save_file

from app.cli.make import compare
from engines import shelf
from engines.contract import Media, Request, Result, check
from engines.pipelines import call
from engines.pipelines.engine import Pipeline
from engines.shelf import Model, Part
from tests.runs import ended
from tests.tiny.pipelines import folder

pytestmark = pytest.mark.usefixtures("plain_numbers")  # they are compared with the plain library

WORDED, PLAIN = "a red boat in blot style", "a red boat in style"


class Bench:
    """A small model, its embedding opened, and the library's own pipeline that knows it too."""

    def __init__(self, name: str, root: Path) -> None:
        self.path, self.file = folder(name, root), folder(f"{name}_embedding", root) / "blot.safetensors"
        found, self.part = shelf.opened(self.path), shelf.opened(self.file)
        assert isinstance(found, Model)
        assert isinstance(self.part, Part)
        self.model, self.engine = found, Pipeline(found.card)

    def made(self, prompt: str, negative: str = "") -> Result:
        card = shelf.cards(shelf.folder())[self.model.card.info.name]
        request = Request(engine=card.info.name, prompt=prompt, seed=3, size=(64, 64), options={"steps": 3})
        request = check(card, msgspec.structs.replace(request, negative=negative))
        return ended(self.engine, request)

    def plainly(self, prompt: str) -> Media:
        """What the library gives that has loaded the embedding for good."""
        pipe, tensors = DiffusionPipeline.from_pretrained(self.path, local_files_only=True), load_file(self.file)
        pipe.set_progress_bar_config(disable=True)
        pairs = [("emb_params", "")] if "emb_params" in tensors else [("clip_l", ""), ("clip_g", "_2")]
        for key, end in pairs:
            encoder, tokenizer = getattr(pipe, f"text_encoder{end}"), getattr(pipe, f"tokenizer{end}")
            pipe.load_textual_inversion(
                {"emb_params": tensors[key]}, token="blot", text_encoder=encoder, tokenizer=tokenizer
            )
        words: dict[str, Any] = {"height": 64, "width": 64, "num_inference_steps": 3}
        torch.manual_seed(3)
        return call.media_of(pipe, pipe(prompt, generator=torch.Generator().manual_seed(3), **words))


@pytest.fixture(scope="module", params=["sd15", pytest.param("sdxl", marks=pytest.mark.slow)])
def bench(request: pytest.FixtureRequest, place: Path, pipelines_root: Path) -> Bench:
    return Bench(request.param, pipelines_root)


def test_a_word_does_what_it_does_in_the_library_and_nothing_is_left_of_it(bench: Bench) -> None:
    bare = bench.made(PLAIN).media
    told = bench.made(WORDED)
    assert compare(told.media, bench.plainly(WORDED)) is None
    assert told.facts["embeddings"] == bench.part.name
    assert compare(told.media, bare) is not None
    assert compare(bench.made(PLAIN).media, bare) is None
    assert "embeddings" not in bench.made(PLAIN).facts
    pipe = next(iter(bench.engine._pipes.values()))
    fresh = DiffusionPipeline.from_pretrained(bench.path, local_files_only=True)
    assert len(pipe.tokenizer) == len(fresh.tokenizer)
    assert (
        pipe.text_encoder.get_input_embeddings().weight.shape == fresh.text_encoder.get_input_embeddings().weight.shape
    )
    assert not pipe.text_encoder.get_input_embeddings()._forward_hooks


def test_it_works_in_a_negative_prompt_and_with_a_weight(bench: Bench) -> None:
    plain, weighed = bench.made(WORDED).media, bench.made("a red boat in (blot:1.4) style").media
    assert compare(weighed, plain) is not None
    assert compare(bench.made(PLAIN, "blot").media, bench.made(PLAIN).media) is not None


def test_other_programs_ways_to_write_it_mean_the_same(bench: Bench) -> None:
    usual = bench.made(WORDED).media
    for word in ("embedding:blot", "Blot", "<blot>"):
        assert compare(bench.made(WORDED.replace("blot", word)).media, usual) is None
    assert "embeddings" not in bench.made("a red boat, blotting").facts


def test_an_embedding_is_listed_on_the_models_it_fits(bench: Bench, pipelines_root: Path) -> None:
    other = shelf.opened(folder("flux1", pipelines_root))
    assert isinstance(other, Model)
    cards = shelf.cards(shelf.folder())
    assert [one.title for one in cards[bench.model.card.info.name].info.embeddings] == ["blot"]
    assert not cards[other.card.info.name].info.embeddings
    assert "is an embedding for" in shelf.misfit(other, bench.part) or "take none" in shelf.misfit(other, bench.part)


def test_a_pickled_one_is_read_without_being_run(place: Path, pipelines_root: Path, tmp_path: Path) -> None:
    vector = torch.randn(2, 32, generator=torch.Generator().manual_seed(1))
    torch.save({"string_to_token": {"*": 265}, "string_to_param": {"*": vector}, "name": "x"}, tmp_path / "smear.pt")
    part = shelf.opened(tmp_path / "smear.pt")
    assert isinstance(part, Part)
    assert (part.kind, part.base, part.words) == ("embedding", "32", ("smear",))
    assert Path(part.origin).is_relative_to(place)
    found = shelf.opened(folder("sd15", pipelines_root))
    assert isinstance(found, Model)
    assert found.takes(part)


@pytest.mark.parametrize("name", ["<cat-toy>", "emb_params"])
def test_a_single_vector_is_a_word_too(name: str, place: Path, tmp_path: Path) -> None:
    save_file({name: torch.zeros(768)}, tmp_path / "toy.safetensors")
    part = shelf.opened(tmp_path / "toy.safetensors")
    assert isinstance(part, Part)
    assert (part.kind, part.base) == ("embedding", "768")
