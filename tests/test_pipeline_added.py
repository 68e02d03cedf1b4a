"""ControlNets and LoRAs on models of the user's own: on, off, and as strong as a curve says."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from app.cli.make import compare
from engines import shelf
from engines.contract import Adapter, Control, Curve, Image, Refused, Request, Result, Step, check
from engines.pipelines.engine import Pipeline
from engines.shelf import Part
from tests.runs import ended
from tests.tiny.pipelines import folder
from tests.tiny.pipelines.table import picture

FALLING = Curve(((0.0, 1.0), (1.0, 0.0)))


@pytest.fixture(scope="module")
def opened(pipelines_root: Path, place: Path) -> Any:
    """A shelf with a model, a ControlNet and a LoRA, and the model's engine."""
    shelf.opened(folder("sd15", pipelines_root))
    shelf.opened(folder("sd15_controlnet", pipelines_root))
    shelf.opened(folder("sd15_lora", pipelines_root))
    (card,) = shelf.cards(place).values()
    return card, Pipeline(card)


def asked(card: Any, **fields: Any) -> Request:
    request = Request(engine=card.info.name, prompt="a red boat", seed=3, size=(64, 64), options={"steps": 4}, **fields)
    return check(card, request)


def mapped() -> Image:
    return Image(np.asarray(picture().convert("RGB")))


def test_what_fits_a_model_is_on_its_card(opened: Any) -> None:
    card, _ = opened
    assert [part.kind for part in shelf.parts(shelf.folder()).values()].count("lora") == 1
    assert len(card.info.adapters) == 1
    assert len(card.info.controls) == 1
    assert card.info.controls[0].title == "sd15_controlnet"


def test_a_part_for_another_model_is_not(opened: Any, pipelines_root: Path) -> None:
    other = shelf.opened(folder("flux1_controlnet", pipelines_root))
    assert isinstance(other, Part)
    card = next(iter(shelf.cards(shelf.folder()).values()))
    assert other.name not in {control.kind for control in card.info.controls}
    with pytest.raises(Refused, match="takes no image"):
        asked(card, controls=(Control(other.name, mapped()),))


def test_a_lora_worn_changes_the_result_and_taken_off_leaves_nothing(opened: Any) -> None:
    card, engine = opened
    name = card.info.adapters[0].name
    bare = ended(engine, asked(card)).media
    worn = ended(engine, asked(card, adapters=(Adapter(name),))).media
    assert compare(worn, bare) is not None
    assert compare(ended(engine, asked(card)).media, bare) is None
    assert compare(ended(engine, asked(card, adapters=(Adapter(name, 0.0),))).media, bare) is None
    assert compare(ended(Pipeline(card), asked(card, adapters=(Adapter(name),))).media, worn) is None


def test_a_lora_as_a_curve_is_the_number_where_it_is_level_and_else_is_not(opened: Any) -> None:
    card, engine = opened
    name = card.info.adapters[0].name
    half = ended(engine, asked(card, adapters=(Adapter(name, 0.5),))).media
    level = Curve(((0.0, 0.5), (1.0, 0.5)))
    assert compare(ended(engine, asked(card, adapters=(Adapter(name, level),))).media, half) is None
    assert compare(ended(engine, asked(card, adapters=(Adapter(name, FALLING),))).media, half) is not None


def test_a_controlnet_acts_as_strongly_as_it_is_told(opened: Any) -> None:
    card, engine = opened
    kind = card.info.controls[0].kind

    def controlled(strength: float | Curve) -> Any:
        return ended(engine, asked(card, controls=(Control(kind, mapped(), strength),))).media

    bare, full = ended(engine, asked(card)).media, controlled(1.0)
    assert compare(full, bare) is not None
    assert compare(controlled(Curve(((0.0, 1.0), (1.0, 1.0)))), full) is None
    moved = controlled(FALLING)
    assert compare(moved, full) is not None
    assert compare(moved, bare) is not None


def test_with_both_a_run_goes_on_from_its_middle(opened: Any) -> None:
    card, engine = opened
    parts: dict[str, Any] = {"adapters": (Adapter(card.info.adapters[0].name, FALLING),)}
    parts["controls"] = (Control(card.info.controls[0].kind, mapped(), FALLING),)
    request, kept = asked(card, **parts), []
    for event in engine.generate(request):
        if isinstance(event, Step) and event.checkpoint is not None:
            kept.append(event.checkpoint())
        elif isinstance(event, Result):
            whole = event.media
    again = ended(Pipeline(card), msgspec.structs.replace(request, resume=kept[1]))
    assert compare(again.media, whole) is None


def test_a_start_and_a_mask_go_with_controls(opened: Any) -> None:
    card, engine = opened
    controls = (Control(card.info.controls[0].kind, mapped()),)
    mask = np.zeros((64, 64), np.uint8)
    mask[:, 32:] = 255
    started = ended(engine, asked(card, start=mapped(), controls=controls))
    mended = ended(engine, asked(card, start=mapped(), mask=Image(mask), controls=controls))
    assert started.facts["pipeline"] == "StableDiffusionControlNetImg2ImgPipeline"
    assert mended.facts["pipeline"] == "StableDiffusionControlNetInpaintPipeline"


def test_an_adapter_that_is_not_there_is_named(opened: Any) -> None:
    card, _ = opened
    with pytest.raises(Refused, match="can wear no adapter 'ghost'"):
        asked(card, adapters=(Adapter("ghost"),))
    with pytest.raises(Refused, match="out of range"):
        asked(card, adapters=(Adapter(card.info.adapters[0].name, 9.0),))


def test_maps_are_made_of_any_picture_on_the_way(opened: Any) -> None:
    from engines.control.preprocess import PREPROCESSORS, preprocess

    assert set(shelf.MAPS) == set(PREPROCESSORS)
    card, engine = opened
    kind = card.info.controls[0]
    assert kind.makes == ("", *shelf.MAPS)
    made = preprocess("canny", mapped())
    by_hand = ended(engine, asked(card, controls=(Control(kind.kind, made),))).media
    on_the_way = ended(engine, asked(card, controls=(Control(kind.kind, mapped(), make="canny"),))).media
    assert compare(on_the_way, by_hand) is None
    assert compare(engine.prepare(kind.kind, mapped(), "canny"), made) is None
    with pytest.raises(Refused, match="No 'magic' map"):
        asked(card, controls=(Control(kind.kind, mapped(), make="magic"),))


@pytest.mark.parametrize(
    ("title", "map"),
    [("control_v11p_sd15_canny", "canny"), ("openpose-sdxl", "pose"), ("hed", "softedge"), ("mine", "")],
)
def test_the_map_a_controlnets_name_speaks_of_is_offered_first(title: str, map: str) -> None:
    assert shelf._makes(title)[0] == map


def kept_of(engine: Pipeline, request: Request) -> Any:
    """The checkpoint after two steps."""
    events = engine.generate(request)
    step = next(event for event in events if isinstance(event, Step) and event.index == 2)
    assert step.checkpoint is not None
    found = step.checkpoint()
    events.close()
    return found


def test_a_branch_with_other_words_goes_on_with_them(opened: Any) -> None:
    card, engine = opened
    parent = asked(card)
    kept, whole = kept_of(engine, parent), ended(engine, parent)
    branch = ended(engine, msgspec.structs.replace(parent, prompt="a green house", resume=kept))
    other = ended(engine, msgspec.structs.replace(parent, prompt="a green house"))
    assert compare(branch.media, whole.media) is not None
    assert compare(branch.media, other.media) is not None
    assert branch.facts["nfe"] == int(whole.facts["nfe"]) - 2


@pytest.mark.parametrize(
    "change",
    [{"steps": 9}, {"sampler": "euler"}, {"sampler": "dpmpp_2m", "schedule": "karras"}, {"sampler": "lcm", "steps": 3}],
)
def test_a_branch_may_go_on_by_another_sampler_number_of_steps_or_schedule(opened: Any, change: dict[str, Any]) -> None:
    card, engine = opened
    kept = kept_of(engine, asked(card))
    request = msgspec.structs.replace(asked(card), resume=kept, options=asked(card).options | change)
    events = [event for event in engine.generate(request) if isinstance(event, Step | Result)]
    steps, result = events[:-1], events[-1]
    assert [one.index for one in steps] == list(range(3, 3 + len(steps)))
    assert {one.total for one in steps} == {2 + len(steps)}
    assert result.facts["nfe"] == len(steps)
    assert compare(result.media, ended(engine, asked(card)).media) is not None
    assert compare(ended(Pipeline(card), request).media, result.media) is None


@pytest.mark.parametrize(("before", "after"), [(1.0, 7.0), (7.0, 1.0)])
def test_a_branch_may_begin_or_cease_to_be_guided(opened: Any, before: float, after: float) -> None:
    card, engine = opened
    parent = msgspec.structs.replace(asked(card), options=asked(card).options | {"guidance": before})
    kept, whole = kept_of(engine, parent), ended(engine, parent)
    branch = ended(engine, msgspec.structs.replace(parent, options=parent.options | {"guidance": after}, resume=kept))
    assert compare(branch.media, whole.media) is not None


def test_a_branch_of_another_size_is_refused(opened: Any) -> None:
    card, engine = opened
    kept = kept_of(engine, asked(card))
    with pytest.raises(Refused, match=r"of another size or length \(1x4x8x8 and 1x4x12x8\): a branch keeps both"):
        ended(engine, msgspec.structs.replace(asked(card), size=(64, 96), resume=kept))
    assert ended(engine, asked(card)).media is not None


REPAINT = {"task_type": "repaint", "repainting_start": 0.3, "repainting_end": 0.7}


@pytest.mark.parametrize(("name", "options"), [("stable_audio", {}), ("ace_step", REPAINT)])
def test_a_sound_begins_with_a_sound(name: str, options: dict[str, Any], pipelines_root: Path) -> None:
    from engines.contract import Audio
    from engines.pipelines import schema
    from engines.shelf import Model

    found = schema.described(folder(name, pipelines_root))
    assert isinstance(found, Model)
    assert "start" in found.card.info.takes
    engine, t = Pipeline(found.card), np.arange(22050) / 22050
    tone = Audio(0.5 * np.sin(2 * np.pi * 440 * t).astype(np.float32)[:, None], 22050)
    other = Audio(0.5 * np.sin(2 * np.pi * 90 * t).astype(np.float32)[:, None], 22050)

    def made(start: Audio | None) -> Any:
        words: dict[str, Any] = {"prompt": "a tune", "seed": 2, "length": 1.0, "options": {"steps": 3} | options}
        request = check(found.card, Request(engine=found.card.info.name, start=start, **words))
        return ended(engine, request).media

    bare, begun = made(None), made(tone)
    assert compare(begun, bare) is not None
    assert compare(begun, made(other)) is not None
    assert compare(made(tone), begun) is None


@pytest.mark.parametrize("name", ["sd15", "sd15_inpaint", "flux1_fill"])
def test_nothing_outside_a_mask_changes(name: str, pipelines_root: Path) -> None:
    from engines.pipelines import schema
    from engines.shelf import Model

    found = schema.described(folder(name, pipelines_root))
    assert isinstance(found, Model)
    mask = np.zeros((64, 64), np.uint8)
    mask[:, 24:32], mask[:, 32:] = 128, 255
    words: dict[str, Any] = {"prompt": "a boat", "seed": 2, "size": (64, 64), "options": {"steps": 3}}
    request = check(found.card, Request(engine=found.card.info.name, start=mapped(), mask=Image(mask), **words))
    engine = Pipeline(found.card)
    kept, loose = ended(engine, request).media, ended(engine, _loose(request)).media
    assert (kept.pixels[:, :24] == mapped().pixels[:, :24]).all()
    assert (kept.pixels[:, 32:] == loose.pixels[:, 32:]).all()
    assert (loose.pixels[:, :24] != mapped().pixels[:, :24]).any()
    assert (kept.pixels[:, 32:] != mapped().pixels[:, 32:]).any()


@pytest.mark.parametrize(("name", "graded"), [("sd15", True), ("sd15_inpaint", False)])
def test_a_grey_mask_changes_less_where_no_network_reads_it(name: str, graded: bool, pipelines_root: Path) -> None:
    from engines.pipelines import schema
    from engines.shelf import Model

    found = schema.described(folder(name, pipelines_root))
    assert isinstance(found, Model)
    engine = Pipeline(found.card)

    def made(level: int, **options: Any) -> np.ndarray:
        words: dict[str, Any] = {"prompt": "a boat", "seed": 2, "size": (64, 64), "strength": 1.0}
        words["options"] = {"steps": 3, "keep_outside": False} | options
        mask = Image(np.full((64, 64), level, np.uint8))
        request = check(found.card, Request(engine=found.card.info.name, start=mapped(), mask=mask, **words))
        return ended(engine, request).media.pixels.astype(int)

    full, rounded = made(255), made(160, graded_mask=False)
    assert (rounded == full).all()
    assert (made(160) != full).any() == graded
    assert (made(255) == full).all()


def _loose(request: Request) -> Request:
    return msgspec.structs.replace(request, options=request.options | {"keep_outside": False})


def test_a_shelf_that_cannot_be_written_to_costs_one_sentence(
    tmp_path: Path, pipelines_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("DARKROOM_MODELS", str(tmp_path / "file" / "shelf"))
    with pytest.raises(Refused, match="shelf") as refused:
        shelf.opened(folder("ddpm", pipelines_root))
    assert refused.value.failure.kind == "disk"


@pytest.mark.parametrize(("model", "net"), [("sd15", "sd15"), ("sdxl", "sdxl"), ("flux1", "flux1")])
def test_a_controlnet_fits_the_network_it_was_copied_from(model: str, net: str, pipelines_root: Path) -> None:
    from engines.pipelines import schema
    from engines.shelf import Model

    found, part = (schema.described(folder(name, pipelines_root)) for name in (model, f"{net}_controlnet"))
    assert isinstance(found, Model)
    assert isinstance(part, Part)
    assert found.takes(part)
    assert part.base.split()[0] == {"flux1": "flux1"}.get(net, "unet")
