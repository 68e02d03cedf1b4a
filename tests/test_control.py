"""The branch that reads control maps: laws on a tiny model, fidelity of the shipped one, the recipe."""

import itertools
import json
from functools import partial
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor

from engines import control, guidance, registry, samplers, schedules
from engines.contract import Control, Curve, Image, Refused, Request, Result, Step, check
from engines.families.flow_matching import clean
from engines.files import assets
from engines.image import sticker as engine
from engines.nn import sticker, stored
from engines.nn.control import Branch, Steering, taught_on, tensor
from engines.nn.transformer import Shape, Transformer
from engines.training import control_data, control_judge
from engines.training import sticker_control as recipe
from engines.training.fit import Log
from engines.training.latents import Pool
from engines.training.pool import KINDS as SCENES
from tests.blob import disc

CARD = registry.listing([]).cards["image/sticker"]
TINY = Shape(width=16, depth=2, heads=1, refine=4)


class Words:
    """A stand-in for the text encoder: the same words, the same numbers."""

    def joined(self, prompt: str, suffix: str) -> str:
        return prompt + suffix

    def encode(self, prompts: list[str], limit: int = 32) -> tuple[Tensor, Tensor]:
        rows = [torch.randn(3, 384, generator=samplers.generator(len(text), 0)) for text in prompts]
        return torch.stack(rows), torch.ones(len(rows), 3, dtype=torch.bool)


def awake(network: Any, seed: int) -> Any:
    """An untrained network whose zero layers do something too."""
    draw = torch.Generator().manual_seed(seed)
    for value in network.parameters():
        if not value.any():
            value.data = 0.05 * torch.randn(value.shape, generator=draw)
    return network.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def model() -> sticker.Model:
    torch.manual_seed(1)
    return sticker.Model(awake(Transformer(TINY), 2), sticker.Autoencoder().eval(), cast(Any, Words()))


@pytest.fixture(scope="module")
def branch() -> Branch:
    torch.manual_seed(2)
    return cast(Branch, awake(Branch(TINY), 3))


def walked(model: sticker.Model, branch: Branch | None, *controls: Control, **asked: Any) -> list[Tensor]:
    """The states of a run of six steps."""
    request = Request(engine="image/sticker", prompt="a red apple", seed=4, controls=controls, **asked)
    options = engine.Options(steps=6)
    return [s.x for s in model.states(request, options, model.denoiser(request, options, "", branch))]


def same(one: list[Tensor], other: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


# ---------------------------------------------------------------- the branch steers


def test_a_fresh_branch_adds_nothing(model: sticker.Model) -> None:
    fresh = Branch(TINY).eval()
    controls = [Control(kind, disc()) for kind in control.KINDS]
    assert same(walked(model, fresh, *controls), walked(model, None))


def test_without_controls_and_at_strength_zero_nothing_is_touched(model: sticker.Model, branch: Branch) -> None:
    plain = walked(model, None)
    assert same(plain, walked(model, branch))
    assert same(plain, walked(model, branch, Control("edges", disc(), 0.0), Control("colour", disc(), 0.0)))
    assert not same(plain, walked(model, branch, Control("edges", disc(), 1.0)))


def test_outside_its_range_of_steps_a_control_touches_nothing(model: sticker.Model, branch: Branch) -> None:
    plain = walked(model, branch)
    late = walked(model, branch, Control("edges", disc(), Curve(((0.0, 0.0), (0.5, 1.0)), "hold")))
    assert same(plain[:3], late[:3])
    assert not torch.equal(plain[3], late[3])
    early = Curve(((0.0, 1.0), (0.3, 0.0)), "hold")
    request = Request(engine="e", prompt="x", controls=(Control("edges", disc(), early),))
    steering = Steering(branch, request.controls, schedules.levels("shifted", 6))
    acting = [steering.at(level) is not None for level in schedules.levels("shifted", 6)[:-1]]
    assert acting == [True, True, False, False, False, False]


def test_a_controlled_run_resumed_from_any_step_ends_as_its_parent(model: sticker.Model, branch: Branch) -> None:
    curve = Curve(((0.0, 0.2), (0.4, 1.5), (0.8, 0.0)))
    controls = (Control("edges", disc(), curve), Control("colour", disc((40, 40)), 0.6))
    asked, options = Request(engine="image/sticker", prompt="x", seed=4, controls=controls), engine.Options(steps=6)
    parent = list(model.states(asked, options, model.denoiser(asked, options, "", branch)))
    for state in parent[:-1]:
        held = msgspec.structs.replace(asked, resume=state.checkpoint())
        *_, last = model.states(held, options, model.denoiser(held, options, "", branch))
        assert torch.equal(last.x, parent[-1].x)


def test_controls_add_up_in_any_order(model: sticker.Model, branch: Branch) -> None:
    some = [Control("edges", disc(), 0.7), Control("colour", disc((40, 40))), Control("depth", disc((90, 60)), 1.3)]
    runs = [walked(model, branch, *order) for order in itertools.permutations(some)]
    assert all(same(runs[0], run) for run in runs[1:])
    levels = schedules.levels("shifted", 6)
    one, two, both = (Steering(branch, part, levels).at(0.8) for part in (some[:1], some[1:2], some[:2]))
    assert one is not None
    assert two is not None
    assert both is not None
    assert float((one + two - both).abs().max()) < 1e-5


def test_what_is_added_goes_before_each_block_and_at_the_end(model: sticker.Model, branch: Branch) -> None:
    """Against the same additions by hooks on the blocks of the network as it was."""
    x, t = torch.randn(1, 16, 16, 16), torch.tensor([0.6])
    tokens, mask = Words().encode(["an apple"])
    added = branch(tensor([control.prepare("edges", disc()).pixels]), torch.tensor([0]))[0]
    steered = model.flow(x, t, tokens, mask, added)
    count = added.shape[2]

    def plus(place: int, h: Tensor) -> Tensor:
        return torch.cat([h[:, :count] + added[:, place], h[:, count:]], 1)

    hooks = [
        block.register_forward_pre_hook(lambda _, args, k=k: (plus(k, args[0]), *args[1:]))
        for k, block in enumerate(model.flow.blocks)
    ]
    hooks.append(model.flow.blocks[-1].register_forward_hook(lambda *args: plus(TINY.depth, args[2])))
    hooked = model.flow(x, t, tokens, mask)
    for hook in hooks:
        hook.remove()
    assert float((steered - hooked).abs().max()) < 1e-6
    assert not torch.equal(steered, model.flow(x, t, tokens, mask))


def test_a_branch_in_its_file_knows_the_flow_weights_it_steers(branch: Branch, tmp_path: Path) -> None:
    flow, path = tmp_path / "flow.safetensors", tmp_path / "control.safetensors"
    flow.write_bytes(b"these")
    stored.write(branch, path, TINY.words() | {"flow": recipe.weights.sha256(flow)})
    back = stored.read(partial(taught_on, flow=str(flow)), path)
    assert back.shape == TINY
    flow.write_bytes(b"others, longer")
    with pytest.raises(Refused, match="taught on other flow weights"):
        stored.read(partial(taught_on, flow=str(flow)), path)


# ---------------------------------------------------------------- the shipped weights

shipped = pytest.mark.skipif(bool(assets.missing((engine.BRANCH, *engine.WEIGHTS))), reason="the weights are not here")


@pytest.fixture(scope="module")
def whole() -> engine.Sticker:
    made = engine.Sticker()
    made.warm()
    return made


def drawn(whole: engine.Sticker, *controls: Control, steps: int = 6) -> tuple[list[np.ndarray], np.ndarray]:
    """The clean estimates and the picture, uint8 (128, 128, 3)."""
    options: dict[str, Any] = {"steps": steps}
    asked = Request(
        engine="image/sticker", prompt="a red apple", seed=1, size=(128, 128), options=options, controls=controls
    )
    events = list(whole.generate(check(CARD, asked)))
    result = events[-1]
    assert isinstance(result, Result)
    assert ("control model" in result.facts) == bool(controls)
    estimates = [event.estimate() for event in events if isinstance(event, Step) and event.estimate]
    return estimates, cast(Image, result.media).pixels


@shipped
def test_the_sticker_without_controls_is_the_frozen_network_alone(whole: engine.Sticker) -> None:
    """Against the flow network called as it was before it could be steered."""
    model = whole._model
    levels = schedules.levels("shifted", 6)

    def alone(words: str) -> samplers.Denoiser:
        tokens, mask = model.text.encode([words])
        return lambda x, level: clean(lambda z, t: model.flow(z, t, tokens, mask), x, level)

    with torch.no_grad():
        denoise = guidance.guided(alone("a red apple"), alone(""), guidance.Guidance(4.0, levels))
        x = samplers.initial_noise(1, (16, 16, 16))
        states = list(samplers.sample("dpmpp_2m", denoise, x, levels, noise=samplers.seeded(1)))
    estimates, picture = drawn(whole)
    assert all(
        np.array_equal(s.x0[0].numpy().astype(np.float16), kept) for s, kept in zip(states, estimates, strict=True)
    )
    assert np.array_equal(model.decoded(states[-1].x[0].numpy()).pixels, picture)
    zero = drawn(whole, *(Control(kind, disc(), 0.0) for kind in control.KINDS))
    assert np.array_equal(zero[1], picture)
    assert all(np.array_equal(a, b) for a, b in zip(zero[0], estimates, strict=True))


@shipped
@pytest.mark.parametrize("kind", ["scribble", "layout", "colour"])
def test_the_stronger_a_control_the_truer_the_result(whole: engine.Sticker, kind: str) -> None:
    given = disc((50, 80), 34)
    wanted = control.prepare(kind, given).pixels
    found = []
    for strength in (0.0, 0.5, 1.0):
        picture = drawn(whole, Control(kind, given, strength), steps=8)[1]
        alpha = np.where((picture < 245).any(-1), 255, 0).astype(np.uint8)
        found.append(control_judge.fidelity(kind, wanted, np.concatenate([picture, alpha[..., None]], -1)))
    loose, gain = (2.0, 20.0) if kind == "colour" else (0.05, 0.15)
    if kind == "colour":
        found = [-value for value in found]
    assert found[0] - loose <= found[1] <= found[2] + loose
    assert found[2] > found[0] + gain


# ---------------------------------------------------------------- the recipe


def test_fidelity_is_whole_for_the_picture_itself_and_less_for_another() -> None:
    one, other = (control.framed(disc(place, 25)) for place in ((40, 40), (90, 84)))
    for kind in control.KINDS:
        given = control.of(kind, one)
        own, foreign = control_judge.fidelity(kind, given, one), control_judge.fidelity(kind, given, other)
        assert own == pytest.approx(0.0 if kind == "colour" else 1.0, abs=1e-6)
        assert foreign > 5 if kind == "colour" else foreign < 0.5


def test_moved_pictures_and_changed_maps_stay_pictures_and_maps() -> None:
    pixels = control.framed(disc()).transpose(2, 0, 1)
    moved = [control_data.moved(pixels, np.random.default_rng(n)) for n in range(12)]
    assert len({one.tobytes() for one in moved}) > 8
    middles = [np.argwhere(one[3] > 127).mean(0) for one in moved]
    assert np.std(middles, 0).min() > 4
    rng = np.random.default_rng(0)
    for kind, one in itertools.product(control.KINDS, moved):
        given = control_data.map_of(kind, one)
        after = control_data.changed(kind, given, rng)
        assert after.shape == given.shape
        assert after.dtype == np.uint8
        if kind in ("edges", "scribble", "layout"):
            assert set(np.unique(after)) <= {0, 255}
        if kind == "depth":
            assert np.array_equal(after > 0, given > 0)


def test_held_out_concepts_are_in_no_picture_that_is_learnt_from(tmp_path: Path) -> None:
    blank = np.full((345, 2, 13, 1, 1, 4), 255, np.uint8)
    composer = recipe.Composer(blank, 1)
    apart = {c.name for c in composer.known if control_data.is_apart(c)}
    assert 0.04 < len(apart) / len(composer.known) < 0.2
    things = composer.things
    rows: list[Any] = [(i, "plain" if t.colour is None else "coloured", [0]) for i, t in enumerate(things)]
    captions = ["", *(f"a {name} and a red apple" for name in sorted(apart)), "two blue cars"]
    rows += [(len(things) + k, "pair", [k]) for k in range(1, len(captions))]
    held = json.loads(json.dumps({"rows": rows, "captions": captions}))
    found = control_data.chosen(composer, held, count=5000)
    assert [captions[words[0]] for _, words in found["pair"]] == ["two blue cars"]
    learnt = {things[i].concept.name for kind in ("plain", "coloured") for i, _ in found[kind]}
    assert not learnt & apart
    assert {things[i].concept.name for i, _ in found["held out"]} <= apart


def discs(count: int) -> Pool:
    """A stand-in of the pool's form: discs anywhere in any colour, the latent their means of 8x8 blocks."""
    rng = np.random.default_rng(1)
    pixels = np.stack(
        [
            control.framed(
                disc(tuple(rng.integers(30, 98, 2)), int(rng.integers(14, 34)), colour=rng.integers(0, 200, 3))
            )
            for _ in range(count)
        ]
    ).transpose(0, 3, 1, 2)
    mean = pixels.reshape(count, 4, 16, 8, 16, 8).mean((3, 5)) / 127.5 - 1
    latents = torch.from_numpy(np.tile(mean, (1, 4, 1, 1)).astype(np.float16))
    tokens = np.zeros((2, 20, 384), np.float16)
    tokens[1, :2, :4] = 1
    rows = {kind: [(i, [1]) for i in range(count) if i % 8] for kind in SCENES}
    rows["held out"] = [(i, [1]) for i in range(0, count, 8)]
    return Pool(latents, pixels, rows, tokens, np.array([2, 2], np.int16), 0)


@pytest.fixture
def lessons() -> recipe.Lessons:
    torch.manual_seed(5)
    return recipe.Lessons(discs(40), awake(Transformer(TINY), 6))


def test_the_frozen_network_is_not_moved_and_a_fresh_branch_changes_no_loss(lessons: recipe.Lessons) -> None:
    before = {name: value.clone() for name, value in lessons.network.state_dict().items()}
    branch: Any = Branch(TINY)
    assert lessons.watched("control", branch.eval()) == pytest.approx(lessons.without(), rel=1e-5)
    branch.train()
    lessons.control(branch, lessons.lesson("control", 1)).backward()
    assert all(out.weight.grad is not None and out.weight.grad.any() for out in branch.out)
    assert all(torch.equal(before[name], value) for name, value in lessons.network.state_dict().items())


@pytest.mark.usefixtures("stepped")
def test_the_recipe_learns_keeps_and_goes_on(lessons: recipe.Lessons, tmp_path: Path) -> None:
    log = Log(tmp_path / "control.jsonl", lambda **facts: None)
    made = recipe.learn(lessons, 0.02, tmp_path, log)
    done = {stage: log.rows(stage)[-1]["step"] for stage in ("guess", "control")}
    again = recipe.learn(lessons, 0.02, tmp_path, log, resume=True)
    assert all(log.rows(stage)[-1]["step"] - done[stage] <= 1 for stage in done)
    assert made.shape == again.shape == TINY
    assert not any(value.requires_grad for value in again.parameters())


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_a_minute_of_training_lowers_the_loss_and_beats_the_network_alone(
    lessons: recipe.Lessons, tmp_path: Path
) -> None:
    log = Log(tmp_path / "control.jsonl", lambda **facts: None)
    first = lessons.watched("guess", Branch(TINY).eval())
    branch = recipe.learn(lessons, 160 / 60, tmp_path, log)
    assert lessons.watched("guess", branch) < 0.8 * first
    assert lessons.watched("control", branch) < 0.95 * lessons.without()
