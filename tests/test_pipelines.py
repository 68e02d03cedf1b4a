"""Every family of diffusers through the one engine: the table of what holds for each. No cell may be missing."""

import inspect
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from app.cli.make import compare
from engines import contract, device, wire
from engines.contract import (
    Audio,
    Checkpoint,
    Control,
    Curve,
    EngineCard,
    Image,
    Media,
    Mesh,
    Phase,
    Region,
    Request,
    Result,
    Step,
    Stopped,
    Video,
)
from engines.pipelines import call, facts, keep, parameters, schema, space
from engines.pipelines.engine import Pipeline
from engines.shelf import Model
from tests.runs import followed
from tests.tiny.pipelines import CALLS, folder, marked, opened

pytestmark = pytest.mark.usefixtures("plain_numbers")  # they are compared with the plain library

SEED = 7


class Subject:
    """A family: its folder, its card, a request that is its small call, and what the plain pipeline makes of that."""

    def __init__(self, name: str, root: Path) -> None:
        self.name, self.path = name, folder(name, root)
        found = schema.described(self.path)
        assert isinstance(found, Model)
        self.card: EngineCard = found.card
        self.plain = opened(self.path)
        self.request = contract.check(self.card, asked(self.card, self.plain, dict(CALLS[name])))
        self.engine = Pipeline(self.card)

    def plainly(self, request: Request) -> Media:
        """What the library's own pipeline gives for the same words."""
        words = dict(CALLS[self.name]) | _changed(request, self.plain)
        words.pop("complex_human_instruction", None)  # Sana's own is used
        torch.manual_seed(SEED)
        if self.card.info.medium == "mesh":
            words["output_type"] = "mesh"
        if request.start is not None and "strength" in inspect.signature(type(self.plain).__call__).parameters:
            words["strength"] = request.strength
        return call.media_of(self.plain, self.plain(generator=torch.Generator().manual_seed(SEED), **words))


def asked(card: EngineCard, pipe: Any, words: dict[str, Any]) -> Request:
    """A pipeline's keyword arguments as a request."""
    request = Request(engine=card.info.name, prompt=words.pop("prompt", ""), seed=SEED)
    changes: dict[str, Any] = {"negative": words.pop("negative_prompt", "") or ""}
    if "width" in words:
        changes["size"] = (words.pop("width"), words.pop("height"))
    for name in parameters.LENGTHS:
        if name in words:
            changes["length"] = words.pop(name)
    if "num_frames" in words:
        changes["length"] = words.pop("num_frames") / facts.fps(type(pipe).__name__)
    for theirs, ours in (("image", "start"), ("mask_image", "mask"), ("last_image", "last")):
        if theirs in words:
            shown = words.pop(theirs)
            changes[ours] = Image(np.asarray(shown.convert("L" if ours == "mask" else "RGB")))
    if "video" in words:
        frames = np.stack([np.asarray(frame) for frame in words.pop("video")])
        changes["controls"] = (Control(schema.MOTION, Video(frames, 16.0)),)
    changes["strength"] = words.pop("strength", request.strength)
    options = {parameters._ours(type(pipe), n): v for n, v in words.items()}
    options["keep_outside"] = False  # the plain pipelines change what lies outside a mask
    options["precision"] = "float32"  # as theirs, whatever this machine is quickest with
    known = {param.name for param in card.params}
    return msgspec.structs.replace(request, **changes, options={n: v for n, v in options.items() if n in known})


def _changed(request: Request, pipe: Any) -> dict[str, Any]:
    """The guidance a request asks for, in the pipeline's own word."""
    if getattr(pipe, "guider", None) is not None:
        pipe.guider.guidance_scale = request.options["guidance"]
        return {}
    name = "true_cfg_scale" if parameters._ours(type(pipe), "true_cfg_scale") == "guidance" else "guidance_scale"
    return {name: request.options["guidance"]} if "guidance" in request.options else {}


@pytest.fixture(scope="module", params=marked())
def subject(request: pytest.FixtureRequest, pipelines_root: Path) -> Subject:
    return Subject(request.param, pipelines_root)


def travelled(kept: Checkpoint) -> Checkpoint:
    """A checkpoint as it is after it was stored and read back by another process."""
    order = wire.Generate(1, Request(engine="x", resume=kept))
    back = wire.read_order(wire.encode(order))
    assert isinstance(back, wire.Generate)
    assert back.request.resume is not None
    return back.request.resume


def test_the_result_is_the_plain_pipelines_bit_for_bit(subject: Subject) -> None:
    assert compare(followed(subject.engine, subject.request)[1].media, subject.plainly(subject.request)) is None


def test_every_step_has_a_preview_an_estimate_and_a_level_that_falls(subject: Subject) -> None:
    levels, indices = [], []
    for event in subject.engine.generate(subject.request):
        if isinstance(event, Step):
            shown, estimate = event.preview(), event.estimate() if event.estimate else None
            assert estimate is not None
            assert np.isfinite(estimate).all()
            assert compare(shown, subject.engine.render(estimate)) is None
            pixels = shown.pixels if isinstance(shown, Image) else shown.frames  # type: ignore[union-attr]
            assert pixels.dtype == np.uint8
            assert pixels.ndim == (3 if isinstance(shown, Image) else 4)
            assert pixels.shape[-1] == 3
            assert pixels.std() > 0
            levels.append(event.level)
            indices.append((event.index, event.total))
        else:
            assert isinstance(event, Phase | Result)
    assert indices == [(n + 1, len(indices)) for n in range(len(indices))]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == 0


def test_a_run_goes_on_from_any_step_in_another_process_as_if_never_broken_off(subject: Subject) -> None:
    kept, whole = followed(subject.engine, subject.request)
    fresh = Pipeline(subject.card)
    for checkpoint in kept[:-1]:
        rest, again = followed(fresh, msgspec.structs.replace(subject.request, resume=travelled(checkpoint)))
        assert compare(again.media, whole.media) is None
        assert [one.step for one in rest] == list(range(checkpoint.step + 1, len(kept) + 1))
        calls = int(whole.facts["nfe"]) - int(checkpoint.numbers["calls"])
        assert again.facts["nfe"] == calls, "the networks were called for steps already taken"


def test_a_stop_within_a_step_leaves_nothing_behind(subject: Subject) -> None:
    _, whole = followed(subject.engine, subject.request)
    events = subject.engine.generate(subject.request)
    next(event for event in events if isinstance(event, Step))
    calm = device.interrupt(threading.get_ident())
    with pytest.raises(Stopped):
        list(events)
    calm()
    assert torch.is_grad_enabled()
    assert compare(followed(subject.engine, subject.request)[1].media, whole.media) is None


def test_guidance_follows_a_curve(subject: Subject) -> None:
    param = next((p for p in subject.card.params if p.name == "guidance" and p.curve), None)
    if param is None:
        assert subject.name in ("ddpm", "consistency", "svd"), "it cannot be guided"
        return
    steady = msgspec.structs.replace(subject.request, options=subject.request.options | {"guidance": 3.0})
    curved = msgspec.structs.replace(subject.request, curves={"guidance": Curve(((0.0, 3.0), (1.0, 3.0)))})
    rising = msgspec.structs.replace(subject.request, curves={"guidance": Curve(((0.0, 3.0), (1.0, 9.0)))})
    plain = subject.plainly(steady)
    assert compare(followed(subject.engine, curved)[1].media, plain) is None
    moved = followed(subject.engine, rising)[1].media
    assert compare(moved, plain) is not None, "the curve changed nothing"


OTHER = "a small dog by an open window"


def test_words_that_change_at_a_step_are_a_branch_there(subject: Subject) -> None:
    """[a:b:n] is the run with a, branched with b after n steps; and it goes on from any of its own steps."""
    if "prompt" not in subject.card.info.takes:
        assert subject.name in ("consistency", "ddpm", "svd"), "it has words"
        return
    prompt = subject.request.prompt
    kept, whole = followed(subject.engine, subject.request)
    at = len(kept) // 2
    branch = msgspec.structs.replace(subject.request, prompt=OTHER, resume=kept[at - 1])
    changing = msgspec.structs.replace(subject.request, prompt=f"[{prompt}:{OTHER}:{at}]")
    steps, changed = followed(subject.engine, changing)
    assert compare(changed.media, followed(subject.engine, branch)[1].media) is None
    assert compare(changed.media, whole.media) is not None, "the other words changed nothing"
    assert changed.facts["nfe"] == whole.facts["nfe"]
    for checkpoint in steps[:-1]:
        again = msgspec.structs.replace(changing, resume=travelled(checkpoint))
        assert compare(followed(Pipeline(subject.card), again)[1].media, changed.media) is None


ALONE = ("flux1", "flux1_fill", "flux1_kontext", "lcm", "stable_audio3", "z_image")  # no guidance free of a classifier
BENT = ("ace_step", "ltx2", "shap_e")  # guidance that is no straight line, and a surface that jumps with its numbers


def test_what_and_joins_is_composed_where_guidance_is_free_of_a_classifier(subject: Subject) -> None:
    """u + s (2 (c - u)) is a prompt joined with itself, and the prompt at twice the guidance."""
    if "prompt" not in subject.card.info.takes:
        return
    prompt, both = subject.request.prompt, f"{subject.request.prompt} AND {OTHER} :0.5"
    composed = followed(subject.engine, msgspec.structs.replace(subject.request, prompt=both))[1]
    whole = followed(subject.engine, subject.request)[1]
    assert ("AND" in composed.facts) == (subject.name in ALONE)
    assert (compare(composed.media, whole.media) is None) == (subject.name in ALONE)
    if subject.name in (*ALONE, *BENT):
        return
    scale = float(subject.request.options["guidance"])
    twice = msgspec.structs.replace(subject.request, prompt=f"{prompt} AND {prompt}")
    options = subject.request.options | {"guidance": 2 * scale}
    strong = followed(subject.engine, msgspec.structs.replace(subject.request, options=options))[1].media
    off = compare(followed(subject.engine, twice)[1].media, strong)
    bound = 1.5 if subject.card.info.medium in ("image", "video") else 1e-4
    assert off is None or off < bound


def test_a_region_of_everything_is_its_prompt_and_one_of_a_side_goes_on_exactly(subject: Subject) -> None:
    if "regions" not in subject.card.info.takes:
        assert subject.card.info.medium in ("audio", "mesh") or "prompt" not in subject.card.info.takes
        return
    plain, replace = followed(subject.engine, subject.request)[1].media, msgspec.structs.replace
    other = followed(subject.engine, replace(subject.request, prompt=OTHER))[1].media
    whole = followed(subject.engine, replace(subject.request, regions=(Region(OTHER),)))[1].media
    assert compare(whole, other) is None or subject.name == "ltx2", "whose sound knows no places"
    nowhere = followed(subject.engine, replace(subject.request, regions=(Region(OTHER, strength=0.0),)))[1].media
    assert compare(nowhere, plain) is None
    sided = replace(subject.request, regions=(Region(OTHER, (0.0, 0.0, 0.5, 1.0)),))
    kept, made = followed(subject.engine, sided)
    assert "regions" not in made.facts
    assert compare(made.media, plain) is not None
    assert compare(made.media, other) is not None
    again = followed(Pipeline(subject.card), replace(sided, resume=travelled(kept[0])))[1].media
    assert compare(again, made.media) is None


def test_the_card_says_what_the_family_takes(subject: Subject) -> None:
    info = subject.card.info
    assert info.medium in ("image", "video", "audio", "mesh")
    assert "seed" in info.takes
    assert "resume" in info.takes
    names = [param.name for param in subject.card.params]
    assert "steps" in names
    assert len(set(names)) == len(names)
    assert msgspec.json.decode(msgspec.json.encode(subject.card), type=EngineCard) == subject.card


def test_words_are_encoded_once_while_they_stay(subject: Subject) -> None:
    """A second job with another seed calls no text encoder, loads and imports nothing, and gives what a fresh engine
    gives."""
    encoder = getattr(subject.plain, "text_encoder", None)
    if not hasattr(subject.plain, "encode_prompt") or encoder is None or subject.name in ("audioldm2",):
        assert subject.name in NOT_ENCODED, "its words could be kept"
        return
    other = msgspec.structs.replace(subject.request, seed=SEED + 1)
    engine = Pipeline(subject.card)
    followed(engine, subject.request)
    calls: list[int] = []
    hooks = [
        part.register_forward_hook(lambda *_: calls.append(1))
        for name, part in engine._parts.items()
        if name.startswith("text_encoder")
    ]
    modules, loaded = set(sys.modules), dict(engine._parts)
    again = followed(engine, other)[1]
    for hook in hooks:
        hook.remove()
    assert hooks
    assert not calls
    assert set(sys.modules) == modules, "something was imported for the second job"
    assert all(engine._parts[name] is part for name, part in loaded.items()), "something was loaded again"
    assert compare(again.media, followed(Pipeline(subject.card), other)[1].media) is None


NOT_ENCODED = ("audioldm2", "ace_step", "consistency", "ddpm", "shap_e", "stable_audio3", "svd")


def test_latents_are_decoded_as_the_pipeline_itself_decodes(subject: Subject) -> None:
    """What the last step left becomes the result, to a level of 255; the model need not be loaded for it."""
    kept, result = followed(subject.engine, subject.request)
    latents = keep.unpack(kept[-1].arrays)["samples"][0]
    frames = schema.frames_of(subject.plain, subject.request.length or 0.0)
    estimate = space.decodable(subject.plain, latents, subject.request.size, frames)[0].float().numpy()
    length = subject.request.length if subject.card.info.medium == "audio" else None
    alone = Pipeline(subject.card)
    made = alone.decode(estimate, length)
    assert not alone._parts, "all of the model was loaded"
    assert compare(subject.engine.decode(estimate, length), made) is None
    one, two = _numbers(made), _numbers(result.media)
    assert one.shape == two.shape
    if subject.name == "sd15_inpaint":  # lays the start over the last step's latents
        assert np.corrcoef(one.ravel(), two.ravel())[0, 1] > 0.9
    else:
        assert np.abs(one - two).max() < 1.5 / 255


def _numbers(media: Media) -> np.ndarray:
    """What media are made of, 1 being white or full."""
    if isinstance(media, Mesh):
        return media.vertices
    shown = media.samples if isinstance(media, Audio) else media.frames if isinstance(media, Video) else media.pixels
    return shown / 255.0 if shown.dtype == np.uint8 else shown
