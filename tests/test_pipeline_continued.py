"""Sounds that are covered, repainted and gone on from, by models that have a way for it and by one that is helped."""

from pathlib import Path
from typing import Any

import diffusers
import msgspec
import numpy as np
import pytest
import torch

from app.cli.make import compare
from engines.contract import Audio, EngineCard, Refused, Request, Result, check
from engines.pipelines import call, continued, keep, schema
from engines.pipelines.engine import Pipeline
from engines.shelf import Model
from tests.runs import followed
from tests.test_pipelines import travelled
from tests.tiny.pipelines import folder, opened


def tone(seconds: float, pitch: float = 440.0, rate: int = 44100) -> Audio:
    t = np.arange(round(seconds * rate)) / rate
    return Audio(0.5 * np.sin(2 * np.pi * pitch * t).astype(np.float32)[:, None], rate)


class Tried:
    def __init__(self, name: str, root: Path) -> None:
        self.path = folder(name, root)
        found = schema.described(self.path)
        assert isinstance(found, Model)
        self.card: EngineCard = found.card
        self.engine = Pipeline(found.card)

    def asked(self, **fields: Any) -> Request:
        options = {"steps": 4, "precision": "float32"} | fields.pop("options", {})
        words: dict[str, Any] = {"prompt": "a tune", "seed": 3, "length": 1.0, "options": options}
        return check(self.card, Request(engine=self.card.info.name, **(words | fields)))

    def choices(self, name: str) -> tuple[str, ...]:
        return next((param.choices for param in self.card.params if param.name == name), ())


# ---------------------------------------------------------------- Stable Audio 1: held


@pytest.fixture(scope="module")
def first(pipelines_root: Path) -> Tried:
    return Tried("stable_audio", pipelines_root)


EXTENDED = {"task_type": continued.EXTEND}


def test_what_is_gone_on_from_is_held_to_the_bit_and_the_rest_is_made(first: Tried) -> None:
    assert first.choices("task_type") == (continued.COVER, continued.EXTEND)
    request = first.asked(start=tone(0.5), options=EXTENDED)
    kept, whole = followed(first.engine, request)
    known = continued._latents(opened(first.path), request)
    ends = keep.unpack(kept[-1].arrays)["samples"][0]
    part = known.shape[-1]
    assert 0 < part < ends.shape[-1]
    assert torch.equal(ends[..., :part], known)
    assert isinstance(whole.media, Audio)
    assert len(whole.media.samples) / whole.media.rate == pytest.approx(1.0, abs=0.01)
    other = keep.unpack(followed(first.engine, msgspec.structs.replace(request, seed=4))[0][-1].arrays)["samples"][0]
    assert torch.equal(other[..., :part], known)
    assert not torch.equal(other[..., part:], ends[..., part:])


def test_the_sequel_depends_on_what_is_gone_on_from(first: Tried) -> None:
    made = [
        keep.unpack(followed(first.engine, first.asked(start=tone(0.5, pitch), options=EXTENDED))[0][-1].arrays)[
            "samples"
        ]
        for pitch in (440.0, 90.0)
    ]
    assert not torch.equal(made[0][0][..., -4:], made[1][0][..., -4:])


def test_a_held_run_goes_on_from_any_step(first: Tried) -> None:
    request = first.asked(start=tone(0.5), options=EXTENDED)
    kept, whole = followed(first.engine, request)
    for checkpoint in kept[:-1]:
        again = msgspec.structs.replace(request, resume=travelled(checkpoint))
        assert compare(followed(Pipeline(first.card), again)[1].media, whole.media) is None
    bare = first.asked()
    assert compare(followed(first.engine, bare)[1].media, followed(Pipeline(first.card), bare)[1].media) is None, (
        "it is held still"
    )


@pytest.mark.parametrize("name", ["stable_audio", pytest.param("stable_audio3", marks=pytest.mark.slow)])
def test_a_start_that_is_as_long_already_costs_a_sentence(name: str, pipelines_root: Path) -> None:
    tried = Tried(name, pipelines_root)
    with pytest.raises(Refused, match=r"lasts 0\.50 s already"):
        followed(tried.engine, tried.asked(start=tone(0.5), length=0.4, options=EXTENDED))


# ---------------------------------------------------------------- Stable Audio 3: its own pipelines


def third(path: Path, kind: str, **words: Any) -> Any:
    """What the library's pipeline of that kind makes."""
    pipe = opened(path)
    whole = getattr(diffusers, f"StableAudio3{kind}Pipeline")(**pipe.components)
    whole.set_progress_bar_config(disable=True)
    torch.manual_seed(3)
    draw = torch.Generator().manual_seed(3)
    return call.media_of(whole, whole(prompt="a tune", num_inference_steps=4, generator=draw, **words))


@pytest.mark.slow
def test_stable_audio_3_covers_repaints_and_goes_on_as_the_library_does(pipelines_root: Path) -> None:
    tried = Tried("stable_audio3", pipelines_root)
    assert {"start"} <= set(tried.card.info.takes)
    assert "mask" not in tried.card.info.takes
    assert tried.choices("task_type") == (continued.COVER, continued.REPAINT, continued.EXTEND)
    start, wave = tone(0.5), torch.from_numpy(np.tile(tone(0.5).samples.T, (2, 1)))[None]
    padded = torch.nn.functional.pad(wave, (0, 44100 - wave.shape[-1]))

    def made(**fields: Any) -> Any:
        return followed(tried.engine, tried.asked(start=start, **fields))[1].media

    cover = made(length=0.5, strength=0.6)
    assert compare(cover, third(tried.path, "AudioToAudio", duration=0.5, audio=wave, init_noise_level=0.6)) is None
    span = {"task_type": continued.REPAINT, "repainting_start": 0.1, "repainting_end": 0.3}
    theirs = third(tried.path, "Inpaint", duration=0.5, audio=wave, mask_start_seconds=0.1, mask_end_seconds=0.3)
    assert compare(made(length=0.5, options=span), theirs) is None
    longer = made(options=EXTENDED)
    theirs = third(tried.path, "Inpaint", duration=1.0, audio=padded, mask_start_seconds=0.5, mask_end_seconds=1.0)
    assert compare(longer, theirs) is None
    with pytest.raises(Refused, match=r"Nothing lies between 0\.4 s and 0\.3 s"):
        made(length=0.5, options=span | {"repainting_start": 0.4})


# ---------------------------------------------------------------- ACE-Step: stems


@pytest.mark.slow
def test_ace_step_is_told_which_track_it_takes_out_or_adds(pipelines_root: Path) -> None:
    tried = Tried("ace_step", pipelines_root)
    names = {param.name for param in tried.card.params}
    assert {"track_name", "complete_track_classes"} <= names
    pipe = opened(tried.path)

    def theirs(**words: Any) -> Any:
        wave = torch.from_numpy(np.tile(tone(0.5, rate=48000).samples.T, (2, 1)))
        words |= {"prompt": "a tune", "num_inference_steps": 4, "audio_duration": 1.0, "src_audio": wave}
        torch.manual_seed(3)
        return call.media_of(pipe, pipe(generator=torch.Generator().manual_seed(3), **words))

    def ours(**options: Any) -> Any:
        *_, result = tried.engine.generate(tried.asked(start=tone(0.5, rate=48000), options=options))
        assert isinstance(result, Result)
        return result.media

    drums = ours(task_type="extract", track_name="drums")
    assert compare(drums, theirs(task_type="extract", track_name="drums")) is None
    assert compare(drums, ours(task_type="extract", track_name="vocals")) is not None
    both = ours(task_type="complete", complete_track_classes="bass, guitar")
    assert compare(both, theirs(task_type="complete", complete_track_classes=["bass", "guitar"])) is None
