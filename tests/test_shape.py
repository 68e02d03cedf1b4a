"""mesh/shape: its networks, the engine with small ones, and the recipe."""

import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engines import surfaces
from engines.contract import Curve, Image, Mesh, Refused, Request, Result, Step, Value, check
from engines.families import flow_matching
from engines.mesh.shape import Options
from engines.mesh.shape import Shape as Engine
from engines.nn.outline import Measures, Outline
from engines.nn.shape import FORM, Autoencoder, packed, unpacked
from engines.nn.shape_model import Model, Scale, compact, opened, stood
from engines.nn.size import LEAST, MOST, SizeHead
from engines.registry import listing
from engines.training import shape_coder, shape_data, shape_flow
from engines.training.fit import Log

CORNERS = np.array([(x, y, z) for x in (0, 0.4) for y in (0, 0.2) for z in (0, 0.3)], np.float32)
QUADS = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
BOX = Mesh(CORNERS, np.array([t for a, b, c, d in QUADS for t in ((a, b, c), (a, c, d))], np.int32))

# ---------------------------------------------------------------- networks


def test_cubes_come_back() -> None:
    x = torch.randn(2, 3, 8, 8, 8)
    assert torch.equal(unpacked(packed(x, 2), 2), x)
    assert packed(x, 4).shape == (2, 192, 2, 2, 2)
    assert torch.equal(packed(x, 2)[0, :8, 0, 0, 0], x[0, 0, :2, :2, :2].flatten())


@pytest.fixture(scope="module")
def coder() -> Autoencoder:
    torch.manual_seed(0)
    network = Autoencoder()
    shapes = torch.from_numpy(np.stack([shape_data.thing("train", i)[0].volume() for i in range(40)]))
    network.start_from(shapes)
    shape_coder.standardise(network, iter([shapes]))
    return network.eval()


def test_the_autoencoder_begins_as_principal_components(coder: Autoencoder) -> None:
    shapes = torch.from_numpy(np.stack([shape_data.thing("held", i)[0].volume() for i in range(8)]))
    with torch.no_grad():
        latent = coder.encode(shapes)
        back = coder.decode(latent)
    assert latent.shape == (8, *FORM)
    assert back.shape == shapes.shape
    assert 0.5 < float(latent.std()) < 1.5
    assert (back - shapes).square().mean() < 0.1 * shapes.var()


SMALL = Measures(components=24, width=32, blocks=2, heads=2)


@pytest.fixture(scope="module")
def latents(coder: Autoencoder) -> torch.Tensor:
    shapes = torch.from_numpy(np.stack([shape_data.thing("train", i)[0].volume() for i in range(60)]))
    with torch.no_grad():
        return coder.encode(shapes)


def _outline(latents: torch.Tensor) -> Outline:
    torch.manual_seed(1)
    network = Outline(SMALL)
    network.start_from(latents)
    torch.nn.init.normal_(network.leave.weight, std=0.1)
    return network.eval()


def _flow(coder: Autoencoder, latents: torch.Tensor) -> Model:
    words = SimpleNamespace(encode=lambda told: (torch.ones(1, 3, 384) * len(told[0]) / 40, torch.ones(1, 3) > 0))
    return Model(_outline(latents), coder, SizeHead().eval(), words)  # type: ignore[arg-type]


def test_words_beyond_the_mask_do_not_count(latents: torch.Tensor) -> None:
    network = _outline(latents)
    x, t, tokens = torch.randn(1, 24), torch.tensor([0.4]), torch.randn(1, 4, 384)
    mask = torch.tensor([[True, True, False, False]])
    other, changed = tokens.clone(), tokens.clone()
    other[:, 2:], changed[:, 0] = 9.0, 9.0
    with torch.no_grad():
        assert torch.allclose(network(x, t, tokens, mask), network(x, t, other, mask), atol=1e-6)
        assert not torch.allclose(network(x, t, tokens, mask), network(x, t, changed, mask), atol=1e-3)


def test_components_are_those_of_an_eigendecomposition(latents: torch.Tensor) -> None:
    network, flat = _outline(latents), latents.flatten(1)
    x = network.project(latents)
    assert float(x.mean(0).abs().max()) < 1e-4
    assert torch.allclose(x.square().mean(0).sqrt(), network.spread, rtol=0.02)
    assert float(x.square().mean()) == pytest.approx(1.0, rel=0.02)
    values = torch.linalg.svdvals(flat - flat.mean(0)).square()
    kept = float((network.latent(x) - flat).square().sum())
    assert kept == pytest.approx(float(values[24:].sum()), rel=0.02)  # Eckart and Young: no 24 numbers keep more


def test_an_untrained_network_is_exact_for_gaussians(latents: torch.Tensor) -> None:
    """E[x0 | x] of independent Gaussians, (1 - t) s^2 / ((1 - t)^2 s^2 + t^2) x, is what it begins with."""
    network = Outline(SMALL)
    network.start_from(latents)
    x, level = torch.randn(4, 24), 0.3
    tokens, mask = torch.zeros(4, 2, 384), torch.ones(4, 2, dtype=torch.bool)
    with torch.no_grad():
        found = flow_matching.clean(lambda z, s: network(z, s, tokens, mask), x, level)
    s2 = network.spread.square()
    assert torch.allclose(found, 0.7 * s2 / (0.49 * s2 + 0.09) * x, atol=1e-5)


def test_the_exact_velocity_has_no_loss() -> None:
    x0, noise, t = torch.randn(3, 24), torch.randn(3, 24), torch.rand(3)
    assert float(flow_matching.loss(lambda z, s: noise - x0, x0, noise, t)) == 0.0
    assert torch.allclose(flow_matching.clean(lambda z, s: noise - x0, 0.7 * x0 + 0.3 * noise, 0.3), x0, atol=1e-5)


def test_size_stays_sensible() -> None:
    head = SizeHead()
    with torch.no_grad():
        for value, size in ((100.0, MOST), (-100.0, LEAST)):
            head.map.bias.fill_(value)
            assert float(head(torch.randn(1, 3, 384), torch.ones(1, 3, dtype=torch.bool))[0]) == pytest.approx(size)


# ---------------------------------------------------------------- the engine


@pytest.fixture
def engine(coder: Autoencoder, latents: torch.Tensor) -> Engine:
    engine = Engine()
    engine._model = _flow(coder, latents)
    return engine


def _asked(**more: object) -> Request:
    options = {"steps": 3} | dict(more.pop("options", {}))  # type: ignore[call-overload]
    card = listing([]).cards["mesh/shape"]
    return check(card, Request(engine="mesh/shape", seed=3, options=options, **more))  # type: ignore[arg-type]


def _made(engine: Engine, **more: object) -> tuple[Mesh, dict[str, Value]]:
    *_, last = engine.generate(_asked(prompt="a mug", **more))
    assert isinstance(last, Result)
    assert isinstance(last.media, Mesh)
    return last.media, last.facts


def test_a_height_that_is_asked_for_is_kept(engine: Engine) -> None:
    mesh, facts = _made(engine, options={"height": 0.75})
    assert np.ptp(mesh.vertices[:, 1]) == pytest.approx(0.75, rel=1e-4)
    assert mesh.vertices[:, 1].min() == pytest.approx(0, abs=1e-6)
    assert facts["watertight"] is True
    assert " x 0.75 x " in facts["metres"]
    assert facts["faces"] == len(mesh.faces)
    assert facts["nfe"] == 6


def test_a_stored_estimate_is_the_preview(engine: Engine) -> None:
    for event in engine.generate(_asked(prompt="a mug")):
        if isinstance(event, Step) and event.estimate is not None:
            shown, kept = event.preview(), engine.render(event.estimate())
            assert isinstance(shown, Mesh)
            assert np.ptp(shown.vertices, 0) == pytest.approx(np.ptp(kept.vertices, 0), rel=0.02)


def test_detail_and_negative_words_count(engine: Engine) -> None:
    few, many = (_made(engine, options={"detail": detail})[0] for detail in (32, 96))
    assert len(many.faces) > 4 * len(few.faces)
    other = _made(engine, options={"detail": 32}, negative="a handle, long and thin")[0]
    assert not np.array_equal(other.vertices, few.vertices)


def test_guidance_may_be_a_curve(engine: Engine) -> None:
    curve = Curve(((0.0, 1.0), (1.0, 1.0)))
    assert _made(engine, curves={"guidance": curve})[1]["nfe"] == 3


def test_a_start_that_may_not_change_comes_back(engine: Engine) -> None:
    mesh = _made(engine, start=BOX, strength=0.0)[0]
    extent = np.ptp(mesh.vertices, 0)
    assert extent == pytest.approx([0.4, 0.2, 0.3], rel=0.35)
    assert extent.max() == pytest.approx(0.4, rel=1e-3)


def test_a_start_that_is_no_mesh_is_refused(engine: Engine) -> None:
    picture = Image(np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(Refused, match="starts from a mesh"):
        list(engine.generate(_asked(prompt="a mug", start=picture)))


def test_a_scale_comes_back_with_its_latent() -> None:
    x, scale = opened(compact(torch.randn(24), Scale(1.5, 0.25)))
    assert x.shape == (24,)
    assert (scale.longest, scale.height) == (1.5, 0.25)
    mesh = stood(surfaces.surface(shape_data.thing("held", 0)[0].volume()), Scale(3.0))
    assert np.ptp(mesh.vertices, 0).max() == pytest.approx(3.0)


def test_options_are_those_the_form_shows() -> None:
    assert {param.name for param in listing([]).cards["mesh/shape"].params} == set(Options.__struct_fields__)


# ---------------------------------------------------------------- the recipe


def _words(captions: set[str]) -> shape_flow.Words:
    """A stand-in of the encoder: each word has a direction of its own."""
    told = ["", *sorted(captions)]
    states, mask = torch.zeros(len(told), 12, 384), torch.zeros(len(told), 12, dtype=torch.bool)
    mask[:, 0] = True
    for i, caption in enumerate(told):
        for k, word in enumerate(caption.split()[:12]):
            states[i, k] = torch.randn(384, generator=torch.Generator().manual_seed(zlib.crc32(word.encode())))
            mask[i, k] = True
    return shape_flow.Words(states.half(), mask, {c: i for i, c in enumerate(told)})


def test_a_pool_is_made_once_and_read_back(tmp_path: Path) -> None:
    first = shape_data.compose("held", 6, tmp_path, lambda *a, **k: None)
    again = shape_data.compose("held", 6, tmp_path, lambda *a, **k: None)
    assert first.captions == again.captions
    assert np.array_equal(first.batch(np.arange(6)), again.batch(np.arange(6)))
    assert np.abs(first.batch(np.array([2]))[0] - shape_data.thing("held", 2)[0].volume()).max() < 0.005


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_two_minutes_teach_something(tmp_path: Path, coder: Autoencoder) -> None:
    """From nothing, on things made on the spot: the held-out loss falls by a fifth and words help."""
    quiet = Log(tmp_path / "log.jsonl", lambda *a, **k: None)
    pool = shape_data.compose("train", 480, tmp_path, lambda *a, **k: None)
    held = shape_data.compose("held", 80, tmp_path, lambda *a, **k: None)
    words = _words({caption for source in (pool, held) for told in source.captions for caption in told})
    sources = [shape_flow.encoded(coder, source, 1.0) for source in (pool, held)]
    small = Measures(components=48, width=128, blocks=2)
    network = shape_flow.train(
        sources[:1], words, 300 / 60, tmp_path / "flow.pt", quiet, measures=small, held=sources[1]
    )
    rows = [row["held-out"] for row in quiet.rows("flow")]
    plain = Outline(small)
    plain.start_from(sources[0].latents)
    told = shape_flow.batch([shape_flow.projected(plain, sources[1])], words, np.random.default_rng(3))
    with torch.no_grad():
        begun = float(shape_flow.loss(plain, told, torch.Generator().manual_seed(5)))
        blank = (told[0], *words.of([""] * len(told[0])))
        blind = float(shape_flow.loss(network, blank, torch.Generator().manual_seed(5)))
    assert rows[-1] < 0.8 * begun
    assert rows[-1] < blind  # words help
