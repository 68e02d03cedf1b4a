"""The flow of audio/drum: its layers and its density, what words ask of it, its kits, its recipe."""

import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engines.audio.drum import DrumEngine, Options
from engines.contract import Audio, Checkpoint, Image, Refused, Request, Step
from engines.families import flow
from engines.nn import drum, drum_kit, drum_words, stored
from engines.nn import drum_parts as parts
from engines.nn.drum_model import Model
from engines.nn.drum_sound import KINDS, attributes, framed
from engines.training import drum as recipe
from engines.training import drum_data, drum_judge, drum_synth
from engines.training.fit import Log


@pytest.fixture(scope="module")
def network() -> drum.DrumFlow:
    """A flow whose layers all do something, in double precision, made for sounds of the usual size."""
    torch.manual_seed(0)
    made = drum.DrumFlow(hidden=32)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
        made.mean[drum.COMPONENTS :] = 9.0
        made.axes.copy_(torch.linalg.qr(torch.randn(parts.LOW, drum.COMPONENTS))[0].T)
        made.weight.copy_(torch.linspace(0.5, 1.5, parts.LOW))
    return made.double().eval()


def _sounds(count: int = 2) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    noise = torch.randn(count, parts.LENGTH, generator=generator, dtype=torch.float64)
    return 9000 * noise * torch.exp(-torch.arange(parts.LENGTH) / 4000) + torch.rand(count, parts.LENGTH) - 0.5


def _told(count: int = 2) -> Tensor:
    return torch.linspace(-1, 1, count * drum.CONDITION, dtype=torch.float64).reshape(count, -1)


# ---------------------------------------------------------------- the flow


def test_a_coupling_is_zukos_coupling(network: drum.DrumFlow) -> None:
    import zuko

    layer, told = network.couplings[2], _told(1)
    kept = torch.zeros(drum.GLOBAL, dtype=torch.bool)
    kept[layer.order[: drum.GLOBAL // 2]] = True
    place = torch.argsort(layer.order[drum.GLOBAL // 2 :])  # zuko moves the rest in rising order

    def meta(held: Tensor) -> Any:
        back = torch.empty_like(held)
        back[..., torch.argsort(torch.argsort(layer.order[: drum.GLOBAL // 2]))] = held
        shift, scale = layer._shape(held[..., torch.argsort(torch.argsort(layer.order[: drum.GLOBAL // 2]))], told)
        shaped = torch.distributions.AffineTransform(shift[..., place], scale[..., place].exp())
        return torch.distributions.transforms.IndependentTransform(shaped, 1)

    reference = zuko.transforms.CouplingTransform(meta, kept)
    x = torch.randn(1, drum.GLOBAL, dtype=torch.float64)
    z, volume = layer(x, told)
    assert (z - reference(x)).abs().max() < 1e-10
    assert (volume - reference.log_abs_det_jacobian(x, reference(x))).abs().max() < 1e-9
    assert (layer.inverse(z, told) - x).abs().max() < 1e-10


def test_parts_are_a_bijection_of_sounds() -> None:
    x = _sounds()
    seen, volume = parts.analyse(x)
    assert (parts.synthesise(seen) - x).abs().max() < 1e-8
    count = sum(each[0].numel() for each in (seen.low, seen.coarse, *seen.shares, *seen.angles))
    assert count == parts.LENGTH
    assert volume.shape == (2,)


def test_noise_comes_back_from_its_sound(network: drum.DrumFlow) -> None:
    z = torch.randn(2, parts.LENGTH, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    *_, (done, made) = flow.sample(network.layers(_told()), network.begun(z))
    assert done == drum.LAYERS
    again, _ = network.invert(network.sound(made), _told())
    assert (again - z).abs().max() < 1e-4
    x = _sounds()
    noise, _ = network.invert(x, _told())
    *_, (_, made) = flow.sample(network.layers(_told()), network.begun(noise))
    assert (network.sound(made) - x).abs().max() < 1e-6


def test_the_likelihood_is_the_noises_density_times_the_volume(network: drum.DrumFlow) -> None:
    """With every angle made normal too, and what that did to the volume."""
    x, told = _sounds(1), _told(1)
    z, score = network.invert(x, told)
    seen, turned, volume = network.seen(x)
    noise, slope = network.noise(seen, turned, told)
    angles = noise[:, -drum.SIZES[-1] :]
    bent = flow.unwound(angles)[1].sum(1)
    assert float((flow.log_likelihood(z, volume + slope + bent) - score).abs()) < 1e-8 * float(score.abs())


def test_the_volume_is_the_jacobians_on_a_part_of_the_flow(network: drum.DrumFlow) -> None:
    layer, told = network.levels[0], torch.zeros(1, drum.CONDITION + drum.COMPONENTS, dtype=torch.float64)
    energy = torch.randn(1, parts.ROWS, 8, dtype=torch.float64)
    ratio = torch.randn(1, parts.ROWS, 8, dtype=torch.float64)
    z, volume = layer(ratio, energy, told)
    assert (layer.inverse(z, energy, told) - ratio).abs().max() < 1e-10

    def mapped(flat: Tensor) -> Tensor:
        return layer(flat.reshape(1, parts.ROWS, 8), energy, told)[0].flatten()

    exact = torch.autograd.functional.jacobian(mapped, ratio.flatten()).slogdet()[1]
    assert abs(float(exact - volume)) < 1e-8


# ---------------------------------------------------------------- words, sounds and kits


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [("a deep kick", "kick"), ("short bright snare!", "snare"), ("hi-hat", "closed hat"), ("an open hat", "open hat"),
     ("open hi-hat", "open hat"), ("floor tom", "tom"), ("hand claps", "clap"), ("a red apple", ""), ("", "")],
)  # fmt: skip
def test_words_name_a_drum(prompt: str, kind: str) -> None:
    assert drum_words.read(prompt).kind == kind


def test_words_shift_what_they_say() -> None:
    assert drum_words.read("a very deep kick").shifts[2] < drum_words.read("a deep kick").shifts[2] < 0
    assert drum_words.read("short bright snare").shifts[0] < 0 < drum_words.read("short bright snare").shifts[1]
    assert drum_words.read("acoustic tom").character == -1.0
    assert drum_words.read("808 kick").character == 1.0
    assert drum_words.read("a house beat").layout == "pattern"


def test_a_bar_is_exact_and_loops() -> None:
    drums = np.zeros((6, parts.LENGTH))
    drums[:, 0] = 1.0
    length = drum_kit.position(16, 117.0)
    assert length == round(60 * 44100 * 4 / 117)
    for rhythm in drum_kit.RHYTHMS:
        sound = drum_kit.laid(drums, drum_kit.bar(rhythm, 117.0), length)
        struck = {first for _, first, _ in drum_kit.bar(rhythm, 117.0)}
        assert len(sound) == length
        assert set(np.flatnonzero(sound)) == struck
    row = drum_kit.laid(drums, drum_kit.row(6))
    assert list(np.flatnonzero(row)) == [index * parts.LENGTH for index in range(6)]
    tail = np.ones((6, parts.LENGTH))
    looped = drum_kit.laid(tail, [(0, length - 10, 1.0)], length)
    assert looped[0] > 0
    assert looped.sum() == parts.LENGTH


def test_attributes_hear_what_is_there() -> None:
    time = np.arange(parts.LENGTH) / parts.RATE
    low, high = (np.sin(2 * np.pi * hertz * time) * np.exp(-time / 0.05) for hertz in (80, 320))
    assert 2 ** attributes(low)[2] == pytest.approx(80, rel=0.15)
    assert attributes(high)[1] > attributes(low)[1] + 1
    assert attributes(low)[0] < attributes(np.sin(2 * np.pi * 80 * time))[0]
    assert np.array_equal(attributes(low), attributes(low * 0.5)) or np.allclose(attributes(low), attributes(low / 2))


@pytest.mark.parametrize("kind", KINDS)
def test_a_machine_makes_sound_drums(kind: str) -> None:
    sound = drum_synth.drum(kind, np.random.default_rng(4))
    assert sound.shape == (parts.LENGTH,)
    assert np.abs(sound).max() == pytest.approx(1.0)
    kept = framed(sound)
    assert abs(kept[-1]) < 1e-3
    assert np.argmax(np.abs(kept)) < parts.RATE // 5


def test_butterworths_slope_and_corner() -> None:
    s = 1j * np.array([0.01, 1.0, 10.0])
    for order in (2, 5):
        gain = np.abs(drum_synth.butterworth(s, order))
        assert gain == pytest.approx([1.0, 2**-0.5, 10.0**-order], rel=2e-2)


def test_a_soundfonts_samples_are_found_by_name() -> None:
    sound = b"OggS-one" + b"OggS-other"
    head = struct.pack("<20sIIIIIBbHH", b"Std Kick", 0, 8, 0, 0, 44100, 60, 0, 0, 1)
    head += struct.pack("<20sIIIIIBbHH", b"808 Clap", 8, 18, 0, 0, 44100, 60, 0, 0, 1)
    head += struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    body = chunk(b"LIST", b"sdta" + chunk(b"smpl", sound)) + chunk(b"LIST", b"pdta" + chunk(b"shdr", head))
    found = list(drum_data.soundfont_samples(chunk(b"RIFF", b"sfbk" + body)))
    assert found == [("Std Kick", b"OggS-one"), ("808 Clap", b"OggS-other")]


def test_flac_is_smaller_on_silence_and_the_gaussian_knows_white_noise() -> None:
    rng = np.random.default_rng(0)
    loud = rng.integers(-2000, 2000, (12, parts.LENGTH)).astype(np.int16)
    assert drum_judge.flac_bits(np.zeros(parts.LENGTH, np.int16)) < 0.1
    assert drum_judge.flac_bits(loud[0]) == pytest.approx(12.3, abs=0.35)  # Rice codes are made for peaked noise
    kinds = np.arange(12) % len(KINDS)
    exact = 0.5 * math.log2(2 * math.pi * math.e * np.square(loud.astype(float)).mean())
    assert drum_judge.Gaussians(loud, kinds).bits(loud, kinds).mean() == pytest.approx(exact, abs=0.05)


# ---------------------------------------------------------------- the engine and its recipe


def _engine(network: drum.DrumFlow) -> DrumEngine:
    engine = DrumEngine()
    engine._model = Model(network)
    return engine


def _run(network: drum.DrumFlow, **asked: Any) -> list[Any]:
    options = {name: getattr(Options(), name) for name in Options.__struct_fields__} | asked.pop("options", {})
    return list(_engine(network).generate(Request(engine="audio/drum", options=options, **asked)))


def test_an_edit_without_strength_gives_the_start_back(network: drum.DrumFlow) -> None:
    x = framed(drum_synth.drum("snare", np.random.default_rng(1)) * 0.5)
    start = Audio(x.astype(np.float32)[:, None], parts.RATE)
    result = _run(network, start=start, strength=0.0, options={"do": "edit", "peak": 0.0})[-1]
    made = result.media.samples[:, 0] / np.abs(result.media.samples).max() * np.abs(x).max()
    assert np.abs(made - x).max() < 1e-4
    other = _run(network, start=start, strength=1.0, options={"do": "edit", "brightness": 2.0})[-1]
    assert np.abs(other.media.samples[:, 0] - result.media.samples[:, 0]).max() > 1e-3


def test_a_measured_sound_comes_with_its_likelihood(network: drum.DrumFlow) -> None:
    x = framed(drum_synth.drum("clap", np.random.default_rng(1)) * 0.5)
    facts = _run(network, start=Audio(x.astype(np.float32)[:, None], parts.RATE), options={"do": "measure"})[-1].facts
    assert facts["bits per sample"] == pytest.approx(-facts["log_likelihood"] / parts.LENGTH / math.log(2), abs=1e-3)
    assert sum(facts[f"probability of {kind}"] for kind in KINDS) == pytest.approx(1, abs=0.01)
    assert facts["round trip error in 16-bit steps"] < 1e-6


def test_a_kit_holds_the_drum_that_is_made_alone(network: drum.DrumFlow) -> None:
    alone = _run(network, seed=5, options={"kind": "kick", "kit": "one drum"})[-1].media.samples[:, 0]
    kit = _run(network, seed=5, options={"kit": "kit in a row"})[-1].media.samples[: parts.LENGTH, 0]
    assert np.allclose(alone / np.abs(alone).max(), kit / np.abs(kit).max(), atol=1e-6)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"options": {"do": "measure"}}, "give a start sound"),
        ({"start": Image(np.zeros((4, 4, 3), np.uint8))}, "starts from a sound"),
        ({"start": Audio(np.zeros((100, 1), np.float32), 44100)}, "silent"),
        ({"resume": Checkpoint(1, 18, 0.9, "euler", {})}, "another engine"),
    ],
)
def test_what_cannot_be_read_costs_one_sentence(network: drum.DrumFlow, asked: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        _run(network, **asked)


def test_a_checkpoint_of_another_kit_is_refused(network: drum.DrumFlow) -> None:
    events = _engine(network).generate(Request(engine="audio/drum", prompt="kick"))
    step = next(event for event in events if isinstance(event, Step))
    held = step.checkpoint() if step.checkpoint else None
    with pytest.raises(Refused, match="another number of drums"):
        _run(network, prompt="a whole kit", resume=held)


def _pool(folder: Path, per_kind: int) -> recipe.Pool:
    recorded = [
        drum_data.Source(kind, f"made up/{kind}/{i}", -1.0, drum_synth.drum(kind, np.random.default_rng([9, i])))
        for kind in KINDS
        for i in range(8)
    ]
    drum_data.compose(recorded, folder, per_kind, lambda **facts: None)
    return recipe.Pool(folder)


def test_the_recipe_on_a_few_drums(tmp_path: Path) -> None:
    pool = _pool(tmp_path, 10)
    held = {source for source, out in zip(pool.sources, pool.held, strict=True) if out}
    assert not held & {source for source, out in zip(pool.sources, pool.held, strict=True) if not out}
    log = Log(tmp_path / "log.jsonl", lambda **facts: None)
    found = recipe.fitted(pool, 1.5 / 60, log)
    recipe.save(found, tmp_path)
    back = stored.read(lambda words: drum.DrumFlow(int(words["hidden"])), tmp_path / "flow.safetensors")
    assert torch.equal(back.axes, found.axes)
    assert np.isfinite(log.rows("body")[-1]["held-out"])
    assert np.isfinite(log.rows("detail")[-1]["held-out"])


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_minute_of_training_lowers_the_held_out_loss(tmp_path: Path) -> None:
    """By a fifth of what there is to gain over Gaussian noise per band and kind, and below that baseline."""
    pool = _pool(tmp_path, 60)
    before = recipe.prepared(pool)
    after = recipe.fitted(pool, 1.0, Log(tmp_path / "log.jsonl", lambda **facts: None))
    held = pool.places(True)
    pool.turn(after)
    with torch.no_grad():
        first, last = (float(recipe.objective(network.float(), pool, held)) for network in (before, after))
    learnt = pool.places(False)
    naive = drum_judge.Gaussians(np.asarray(pool.waves[learnt]), pool.kinds[learnt])
    baseline = naive.bits(np.asarray(pool.waves[held]), pool.kinds[held]).mean() * math.log(2)
    assert last < first
    assert last < 0.8 * baseline
