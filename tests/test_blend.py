"""image/blend: what is blended, the sliders, the measured bound, the recipe on faces made here."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines import registry
from engines.contract import Control, Curve, Image, Refused, Request, Result, Step, check
from engines.image.blend import Blend, Options
from engines.nn import blend as nn_blend
from engines.nn import stored
from engines.training import blend as recipe
from engines.training import faces as training_faces
from engines.training.fit import Log

CARD = registry.listing([]).cards["image/blend"]


@pytest.fixture(scope="module")
def model() -> nn_blend.Model:
    """An untrained model whose every part does something."""
    torch.manual_seed(0)
    network = nn_blend.VAE().eval().requires_grad_(False)
    network.directions.normal_()
    network.means.normal_()
    return nn_blend.Model(network)


@pytest.fixture
def engine(model: nn_blend.Model) -> Blend:
    made = Blend()
    made._model = model
    return made


def _run(engine: Blend, size: int = 64, **asked: Any) -> tuple[list[np.ndarray], Result]:
    """The stored latents of the steps, and the result."""
    steps, last = [], None
    for event in engine.generate(check(CARD, Request(engine="image/blend", size=(size, size), **asked))):
        if isinstance(event, Step):
            steps.append(event.estimate())  # type: ignore[misc]
        last = event
    assert isinstance(last, Result)
    return steps, last


def _picture(seed: int, shape: tuple[int, ...] = (64, 64, 3)) -> Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 4, *shape[2:]), np.uint8)
    return Image(np.ascontiguousarray(np.kron(coarse, np.ones((shape[0] // 4, shape[1] // 4, 1), np.uint8))))


def _encoded(model: nn_blend.Model, picture: Image) -> torch.Tensor:
    with torch.no_grad():
        return model.network.encode(model.tensor(picture))[0]


# ---------------------------------------------------------------- what is blended


def test_a_blend_begins_at_a_and_ends_at_b(engine: Blend, model: nn_blend.Model) -> None:
    a, b = _picture(1), _picture(2)
    asked: dict[str, Any] = {"start": a, "controls": (Control("other", b),)}
    for between, whole in ((0.0, a), (1.0, b)):
        steps, _ = _run(engine, options={"do": "blend", "between": between, "steps": 2}, **asked)
        assert np.abs(steps[-1] - _encoded(model, whole).numpy()).max() < 1e-2
    curve = {"between": Curve(((0.0, 0.0), (1.0, 1.0)))}
    walked, _ = _run(engine, options={"do": "blend", "steps": 4}, curves=curve, **asked)
    assert np.abs(walked[-1] - _encoded(model, b).numpy()).max() < 1e-2


def test_the_corners_of_a_grid_are_what_is_blended(engine: Blend, model: nn_blend.Model) -> None:
    a, b = _picture(1), _picture(2)
    steps, result = _run(engine, start=a, controls=(Control("other", b),), options={"do": "grid", "side": 3})
    assert np.abs(steps[-1][0] - _encoded(model, a).numpy()).max() < 1e-2
    assert np.abs(steps[-1][2] - _encoded(model, b).numpy()).max() < 1e-2
    assert result.media.pixels.shape == (192, 192, 3)  # type: ignore[union-attr]
    assert np.array_equal(engine.render(steps[-1]).pixels.shape, (192, 192, 3))


def test_a_rebuilt_start_is_its_own_latent_and_near_one_is_nearer_at_low_strength(
    engine: Blend, model: nn_blend.Model
) -> None:
    a = _picture(3)
    steps, _ = _run(engine, start=a, options={"do": "reconstruct"})
    assert np.abs(steps[-1] - _encoded(model, a).numpy()).max() < 1e-2
    fell = {"rounds": 0}  # of this network, which learnt nothing, all faces settle in one place
    far = [np.abs(_run(engine, start=a, strength=s, options=fell)[0][-1] - steps[-1]).max() for s in (0.0, 0.3, 1.0)]
    assert far[0] < 1e-2 < far[1] < far[2]


def test_to_reconstruct_nothing_costs_one_sentence(engine: Blend) -> None:
    with pytest.raises(Refused, match="give it as the start"):
        _run(engine, options={"do": "reconstruct"})


def test_a_slider_adds_its_direction(engine: Blend, model: nn_blend.Model) -> None:
    plain, _ = _run(engine, seed=4)
    moved, _ = _run(engine, seed=4, options={"smile": 2.0, "tilt": -1.0})
    place = {name: model.network.directions[i].numpy() for i, name in enumerate(nn_blend.SLIDERS)}
    assert np.abs(moved[-1] - plain[-1] - (2 * place["smile"] - place["tilt"])).max() < 2e-2
    assert all(any(param.name == name for param in CARD.params) for name in nn_blend.SLIDERS)


@pytest.mark.parametrize("shape", [(64, 64, 3), (128, 96, 4), (16, 40, 1)])
def test_any_picture_may_be_the_start(engine: Blend, shape: tuple[int, ...]) -> None:
    picture = _picture(5, shape)
    if shape[2] == 1:
        picture = Image(np.ascontiguousarray(picture.pixels[..., 0]))
    _, result = _run(engine, start=picture)
    told = result.facts
    elbo, kl, rest, iwae = (float(told[f"{name}_bits"]) for name in ("elbo", "kl", "reconstruction", "iwae"))
    assert elbo == pytest.approx(kl + rest, abs=2e-4)
    assert iwae <= elbo + 1e-3
    assert float(told["png_bits"]) > 0


def test_temperature_zero_is_one_face_for_every_seed(engine: Blend) -> None:
    for prior in ("fitted", "normal"):
        one, two = (_run(engine, seed=s, options={"temperature": 0.0, "prior": prior})[0][-1] for s in (1, 2))
        assert np.array_equal(one, two)


def test_settled_faces_are_nearly_rebuilt_as_they_are() -> None:
    """Of the shipped weights: a round more changes a settled face much less than it changes one as it fell."""
    shipped, changes = nn_blend.load(), list[float]()
    for rounds in (0, 8):
        z = torch.cat([shipped.face(seed, 0, Options(rounds=rounds)) for seed in range(12)])
        with torch.no_grad():
            changes.append(
                float((shipped.mean(shipped.code(shipped.mean(z).clamp(-1, 1))) - shipped.mean(z)).abs().mean())
            )
    assert changes[1] < 0.5 * changes[0]


# ---------------------------------------------------------------- the recipe


def _painted(count: int) -> training_faces.Faces:
    """A stand-in of the same form: background, hair and skin as patches that the pose moves."""
    labels, pose = training_faces.drawn(count, 7)
    names = ("hair_colour", "skin", "background")
    colour = {name: np.array([list(bytes.fromhex(c)) for c in training_faces.PARTS[name]]) for name in names}
    pixels = np.empty((count, 128, 128, 3), np.uint8)
    pixels[:] = colour["background"][labels[:, 6]][:, None, None]
    for picture, row, free in zip(pixels, labels, pose, strict=True):
        x, y = 40 + round(4 * float(free[9])), 50 + round(4 * float(free[10]))
        picture[y - 25 : y, x : x + 50] = colour["hair_colour"][row[1]]
        picture[y : y + 40, x : x + 50] = colour["skin"][row[2]]
    return training_faces.Faces(pixels, labels, pose)


@pytest.mark.usefixtures("stepped")
def test_the_recipe_runs_describes_its_space_and_goes_on(tmp_path: Path) -> None:
    given, log = _painted(200), Log(tmp_path / "log.jsonl", lambda *words, **facts: None)
    network = recipe.learn(given, 0.02, tmp_path, log, device="cpu", resume=False)
    recipe.describe(network, given)
    assert sorted(network.order.tolist()) == list(range(nn_blend.LATENT))
    assert float(network.shares.sum()) == pytest.approx(1, abs=1e-3)
    stored.write(network, tmp_path / "vae.safetensors")
    assert (tmp_path / "vae.safetensors").stat().st_size < 6e6
    again = recipe.learn(given, 0.0, tmp_path, log, device="cpu", resume=True)
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), again.parameters(), strict=True))


def test_directions_are_found_again_though_scores_go_together() -> None:
    draw = torch.Generator().manual_seed(0)
    true = torch.randn(8, nn_blend.LATENT, generator=draw)
    told = torch.randn(3000, 8, generator=draw)
    told[:, 1] += told[:, 0]
    z = told @ true + 0.1 * torch.randn(3000, nn_blend.LATENT, generator=draw) + 5.0
    assert (recipe.directions(z, told) - true).abs().max() < 0.05


def test_scores_are_what_their_names_say() -> None:
    given = _painted(400)
    table = recipe.scores(given, np.arange(400))
    assert np.abs(table.mean(0)).max() < 1e-6
    assert np.abs(table.std(0) - 1).max() < 1e-6
    skin = table[:, nn_blend.SLIDERS.index("skin_light")]
    assert skin[given.labels[:, 2] == 0].min() > skin[given.labels[:, 2] == 4].max()  # pale and dark


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_a_short_training_lowers_the_bound_and_beats_the_mean_picture(tmp_path: Path) -> None:
    given, log = _painted(600), Log(tmp_path / "log.jsonl", lambda *words, **facts: None)
    network = recipe.learn(given, 150 / 60, tmp_path, log, device="cpu", resume=False)
    held = [row["held-out"] for row in log.rows("vae")]
    assert held[-1] < 0.8 * held[0]
    rows, out = given.split()
    x, mean = (recipe.small(training_faces.Batches(given, 64, "cpu").of(some[:64])[0]) for some in (out, rows))
    with torch.no_grad():
        made = network.decode(network.encode(x)[0])[0]
    assert (made - x).square().mean() < (mean.mean(0) - x).square().mean()
