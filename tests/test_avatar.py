"""image/avatar: the generator's modulation, what words ask for, the engine's laws, the recipe on faces made here."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from engines import faces, registry
from engines.contract import Checkpoint, Refused, Request, Result, Step, check
from engines.image.avatar import Avatar, Options
from engines.nn import avatar as nn_avatar
from engines.nn import stored
from engines.training import avatar as recipe
from engines.training import avatar_judge
from engines.training import faces as training_faces
from engines.training.fit import Log

CARD = registry.listing([]).cards["image/avatar"]


@pytest.fixture(scope="module")
def model() -> nn_avatar.Model:
    """An untrained model whose every part does something."""
    torch.manual_seed(0)
    network = nn_avatar.Generator().eval().requires_grad_(False)
    for parameter in network.place.parameters():
        parameter.normal_(std=0.3)
    network.mean.copy_(recipe.mean_style(network, 200))
    return nn_avatar.Model(network)


@pytest.fixture
def engine(model: nn_avatar.Model) -> Avatar:
    made = Avatar()
    made._model = model
    return made


def _run(engine: Avatar, **asked: Any) -> tuple[list[Step], list[Checkpoint], Result]:
    steps, kept, last = [], [], None
    for event in engine.generate(check(CARD, Request(engine="image/avatar", **asked))):
        if isinstance(event, Step):
            steps.append(event)
            kept.append(event.checkpoint())  # type: ignore[misc]
        last = event
    assert isinstance(last, Result)
    return steps, kept, last


# ---------------------------------------------------------------- the network


def test_scaling_what_goes_in_and_out_is_scaling_the_weights() -> None:
    torch.manual_seed(1)
    layer = nn_avatar.Modulated(5, 7)
    x, w = torch.randn(3, 5, 6, 6), torch.randn(3, nn_avatar.STYLE)
    scaled = layer.weight[None] * (1 + layer.style(w))[:, None, :, None, None]
    scaled = scaled * (scaled.square().sum((2, 3, 4), keepdim=True) / 2 + 1e-6).rsqrt()
    each = [functional.conv2d(a[None], b, padding=1)[0] for a, b in zip(x, scaled, strict=True)]
    expected = functional.leaky_relu(
        torch.stack(each) + layer.bias[:, None, None] + layer.shift(w)[..., None, None], 0.2
    )
    assert (layer(x, w) - expected).abs().max() < 1e-5


def test_what_is_placed_nowhere_stays_and_a_shift_moves_it() -> None:
    x = torch.randn(2, 3, 20, 20)
    assert (nn_avatar.placed(x, torch.zeros(2, 4)) - x).abs().max() < 1e-4
    moved = nn_avatar.placed(x, torch.tensor([[0.0, 0.0, 1.0, 0.0]]).expand(2, 4))  # a tenth of half the side: 1 pixel
    assert (moved[..., :-1] - x[..., 1:]).abs().max() < 1e-4


def test_a_batch_is_its_faces_one_by_one(model: nn_avatar.Model) -> None:
    labels, pose = training_faces.drawn(4, 3)
    z, told = torch.from_numpy(pose), torch.from_numpy(labels)
    with torch.no_grad():
        whole, each = model.network(z, told), [model.network(z[i : i + 1], told[i : i + 1]) for i in range(4)]
    assert (whole - torch.cat(each)).abs().max() < 1e-4


# ---------------------------------------------------------------- words and chance


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("", {}),
        ("a girl with pink hair on a blue background", {"hair_colour": "pink", "background": "sky"}),
        ("dark-skinned, short black hair", {"skin": "dark", "hair_colour": "black", "hair": "short"}),
        ("a bald man with sunglasses", {"hair": "shaved", "accessory": "sunglasses"}),
        ("red nose, blonde bob", {"hair_colour": "blond", "hair": "wavy bob", "accessory": "clown nose"}),
        ("a winking, gap-toothed face", {"eyes": "winking", "mouth": "gap-toothed"}),
        ("quantum chromodynamics", {}),
    ],
)
def test_words_are_read(prompt: str, told: dict[str, str]) -> None:
    assert faces.read(prompt) == told


def test_every_value_is_found_by_its_own_name() -> None:
    nouns = {"hair_colour": "hair", "skin": "skin", "background": "background"}
    silent = {("accessory", "none"), ("eyes", "normal")}
    for name, values in faces.ATTRIBUTES.items():
        for value in values:
            if (name, value) not in silent:
                assert faces.read(f"{value} {nouns.get(name, '')}")[name] == value
    assert all(preset and len(faces.read(preset)) >= 3 for preset in Avatar.info.presets)


def test_an_option_wins_over_a_word_and_changes_no_other_draw() -> None:
    options = Options(hair="mohawk")
    told = nn_avatar.asked(Request(engine="image/avatar", prompt="braids, glasses"), options)
    assert told == {"hair": "mohawk", "accessory": "glasses"}
    free, given = nn_avatar.classes(5, {}), nn_avatar.classes(5, told)
    assert {k: v for k, v in free.items() if k not in told} == {k: v for k, v in given.items() if k not in told}
    assert given["hair"] == faces.ATTRIBUTES["hair"].index("mohawk")


def test_chance_draws_every_value() -> None:
    seen = [nn_avatar.classes(seed, {}) for seed in range(600)]
    assert all({one[name] for one in seen} == set(range(len(v))) for name, v in faces.ATTRIBUTES.items())


# ---------------------------------------------------------------- the engine


def test_psi_zero_is_the_mean_face_whoever_is_asked_for(engine: Avatar, model: nn_avatar.Model) -> None:
    mean = nn_avatar.pixels(model.network.synthesise([model.network.mean[None]] * nn_avatar.LAYERS)).pixels
    for seed in (1, 2):
        _, _, result = _run(engine, seed=seed, options={"truncation": 0.0, "steps": 2})
        assert np.array_equal(result.media.pixels, mean)  # type: ignore[union-attr]


def test_mixing_from_layer_0_is_the_other_seed_and_from_7_none(engine: Avatar) -> None:
    one, other = (_run(engine, seed=seed)[2].media.pixels for seed in (1, 2))  # type: ignore[union-attr]
    ends = {k: _run(engine, seed=1, options={"mix_seed": 2, "mix_from": k})[2].media.pixels for k in (0, 3, 7)}  # type: ignore[union-attr]
    assert np.array_equal(ends[0], other)
    assert np.array_equal(ends[7], one)
    assert not np.array_equal(ends[3], one)
    assert not np.array_equal(ends[3], other)


def test_a_branch_ends_as_its_parent_and_one_with_other_words_elsewhere(engine: Avatar) -> None:
    steps, kept, result = _run(engine, seed=4, prompt="red hair")
    assert [step.level for step in steps] == sorted((step.level for step in steps), reverse=True)
    for held in (kept[0], kept[4], kept[-1]):
        rest, _, end = _run(engine, seed=4, prompt="red hair", resume=held)
        assert len(rest) == len(steps) - held.step
        assert np.array_equal(end.media.pixels, result.media.pixels)  # type: ignore[union-attr]
        assert float(end.facts["nfe"]) > 0
    other = _run(engine, seed=4, prompt="blue hair", resume=kept[2])[2]
    assert not np.array_equal(other.media.pixels, result.media.pixels)  # type: ignore[union-attr]


def test_a_stored_estimate_is_the_step_again(engine: Avatar) -> None:
    for event in engine.generate(check(CARD, Request(engine="image/avatar", seed=6, options={"steps": 3}))):
        if isinstance(event, Step):
            shown = engine.render(event.estimate())  # type: ignore[misc]
            off = shown.pixels.astype(int) - event.preview().pixels  # type: ignore[union-attr]
            assert np.abs(off).max() <= 4  # half precision


def test_a_foreign_checkpoint_costs_one_sentence(engine: Avatar) -> None:
    foreign = Checkpoint(1, 8, 0.5, "euler", {"x": np.zeros((1, 3, 4, 4), np.float32)})
    with pytest.raises(Refused, match="another engine"):
        _run(engine, resume=foreign)


# ---------------------------------------------------------------- the recipe


SHOWN = ("hair_colour", "skin", "background")


def _painted(count: int) -> training_faces.Faces:
    """A stand-in of the same form: hair colour, skin and background as three patches that the pose moves."""
    labels, pose = training_faces.drawn(count, 7)
    rgb = {name: np.array([list(bytes.fromhex(colour)) for colour in training_faces.PARTS[name]]) for name in SHOWN}
    column = {name: labels[:, list(faces.ATTRIBUTES).index(name)] for name in rgb}
    pixels = np.empty((count, 128, 128, 3), np.uint8)
    pixels[:] = rgb["background"][column["background"]][:, None, None]
    for picture, hair, skin, free in zip(pixels, column["hair_colour"], column["skin"], pose, strict=True):
        x, y = 40 + round(4 * float(free[9])), 50 + round(4 * float(free[10]))
        picture[y - 25 : y, x : x + 50] = rgb["hair_colour"][hair]
        picture[y : y + 40, x : x + 50] = rgb["skin"][skin]
    return training_faces.Faces(pixels, labels, pose)


def test_held_out_pairs_are_never_trained_on() -> None:
    given = _painted(300)
    rows, held = given.split()
    pair = given.labels[:, [0, 5]]
    assert not {tuple(one) for one in pair[rows]} & {tuple(one) for one in pair[held]}
    assert 0 < len(held) < 0.3 * len(rows)


@pytest.mark.usefixtures("stepped")
def test_the_recipe_runs_through_both_stages_and_goes_on(tmp_path: Path) -> None:
    given, log = _painted(60), Log(tmp_path / "log.jsonl", lambda *words, **facts: None)
    network = recipe.learn(given, 0.02, tmp_path, log, device="cpu", resume=False)
    assert {row["stage"] for row in log.rows("drawing") + log.rows("gan")} == {"drawing", "gan"}
    assert float(network.mean.abs().sum()) > 0
    stored.write(network, tmp_path / "generator.safetensors")
    assert (tmp_path / "generator.safetensors").stat().st_size < 6e6
    again = recipe.learn(given, 0.0, tmp_path, log, device="cpu", resume=True)
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), again.parameters(), strict=True))


def test_the_adversary_teaches_both_sides() -> None:
    torch.manual_seed(2)
    network = nn_avatar.Generator()
    adversary = recipe.Adversary(network, training_faces.Batches(_painted(30), 4, "cpu"), "cpu")
    before = [p.detach().clone() for p in adversary.network.parameters()]
    adversary(recipe.EVERY).backward()
    assert all(p.grad is not None for p in network.mapping.parameters())
    assert any(not torch.equal(a, b) for a, b in zip(before, adversary.network.parameters(), strict=True))


def test_what_is_hidden_is_not_judged() -> None:
    labels = np.zeros((2, 7), np.int64)
    labels[1, 5] = faces.ATTRIBUTES["accessory"].index("sunglasses")
    found = labels.copy()
    found[1, 3] = 5  # wrong eyes, behind the glasses
    assert avatar_judge.accuracy(found, labels)["attributes"] == 1.0
    found[0, 3] = 5
    told = avatar_judge.accuracy(found, labels)
    assert told["eyes"] == 0.0
    assert told["faces"] == 0.5


def test_the_nearest_is_the_picture_itself() -> None:
    given = _painted(20)
    places, far = training_faces.nearest(given.pixels[5:8], given.pixels)
    assert places.tolist() == [5, 6, 7]
    assert far.max() < 1e-2


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_a_short_training_draws_better_than_the_mean_picture(tmp_path: Path) -> None:
    given, log = _painted(600), Log(tmp_path / "log.jsonl", lambda *words, **facts: None)
    network = recipe.learn(given, 160 / 60, tmp_path, log, device="cpu", resume=False)
    held = [row["held-out"] for row in log.rows("drawing")]
    seen = training_faces.Batches(given, 32, "cpu", held=True).first()
    mean = torch.from_numpy(given.pixels[given.split()[0]].mean(0)).permute(2, 0, 1).float() / 127.5 - 1
    assert held[-1] < 0.8 * held[0]
    assert recipe.difference(network, seen) < float((seen[0] - mean).abs().mean())
