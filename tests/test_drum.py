"""The flow of audio/drum: its layers and its density, what words ask of it, its kits, its recipe."""

import math
import struct
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engines.audio.drum import DrumEngine, Options
from engines.contract import Audio, Checkpoint, Image, Refused, Request, Step
from engines.families import flow
from engines.nn import drum, drum_kit, drum_low, drum_words
from engines.nn import drum_parts as parts
from engines.nn.drum_model import Model
from engines.nn.drum_sound import KINDS, attributes, framed
from engines.training import drum_data, drum_judge, drum_synth


@pytest.fixture(scope="module")
def network() -> drum.DrumFlow:
    """A flow whose layers all do something, in double precision, made for sounds of the usual size."""
    torch.manual_seed(0)
    made = drum.DrumFlow(hidden=32)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
        made.mean.fill_(9.0)
        made.loud.copy_(torch.tensor([6.0, 3.0])[:, None].expand(2, drum.SUMMARY))
        made.low.leave.bias[drum_low.WINDOW - 1] = 0.5  # a recursion at random that dies away
    return made.double().eval()


def _sounds(count: int = 2) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    noise = torch.randn(count, parts.LENGTH, generator=generator, dtype=torch.float64)
    return 9000 * noise * torch.exp(-torch.arange(parts.LENGTH) / 4000) + torch.rand(count, parts.LENGTH) - 0.5


def _told(count: int = 2, wide: int = drum.CONDITION) -> Tensor:
    return torch.linspace(-1, 1, count * wide, dtype=torch.float64).reshape(count, -1)


def _low(count: int = 2, length: int = parts.LOW) -> Tensor:
    """Low ends as loud as those of drums, dying away."""
    chance = torch.Generator().manual_seed(5)
    noise = torch.randn(count, length, generator=chance, dtype=torch.float64)
    return 20000 * noise * torch.exp(-torch.arange(length) / (length / 12))


# ---------------------------------------------------------------- the flow


def test_a_coupling_is_zukos_coupling(network: drum.DrumFlow) -> None:
    import zuko

    layer, told = network.couplings[2], _told(1, drum.TOLD)
    kept = torch.zeros(drum.COARSE, dtype=torch.bool)
    kept[layer.order[: drum.COARSE // 2]] = True
    place = torch.argsort(layer.order[drum.COARSE // 2 :])  # zuko moves the rest in rising order

    def meta(held: Tensor) -> Any:
        back = torch.empty_like(held)
        back[..., torch.argsort(torch.argsort(layer.order[: drum.COARSE // 2]))] = held
        shift, scale = layer._shape(held[..., torch.argsort(torch.argsort(layer.order[: drum.COARSE // 2]))], told)
        shaped = torch.distributions.AffineTransform(shift[..., place], scale[..., place].exp())
        return torch.distributions.transforms.IndependentTransform(shaped, 1)

    reference = zuko.transforms.CouplingTransform(meta, kept)
    x = torch.randn(1, drum.COARSE, dtype=torch.float64)
    z, volume = layer(x, told)
    assert (z - reference(x)).abs().max() < 1e-10
    assert (volume - reference.log_abs_det_jacobian(x, reference(x))).abs().max() < 1e-9
    assert (layer.inverse(z, told) - x).abs().max() < 1e-10


def test_the_low_ends_volume_is_its_jacobians_and_knows_only_the_past(network: drum.DrumFlow) -> None:
    layer, told, x = network.low, _told(1), _low(1, 40)
    step = 1e-3 * torch.eye(40, dtype=torch.float64)
    with torch.no_grad():
        (ahead, _), (back, _) = layer(x + step, told.expand(40, -1)), layer(x - step, told.expand(40, -1))
        z, volume = layer(x, told)
    jacobian = (ahead - back).T / 2e-3  # of what each sample changes: the fit of the prediction included
    assert jacobian.triu(1).abs().max() == 0
    assert float((jacobian.slogdet()[1] - volume).abs()) < 1e-4
    assert float((jacobian.diagonal().log().sum() - volume).abs()) < 1e-4
    flat = x[0].requires_grad_()
    slopes = torch.autograd.functional.jacobian(lambda each: layer(each[None], told)[0][0], flat)
    assert float((slopes.slogdet()[1] - volume).abs()) < 1e-9
    assert torch.isfinite(z).all()


def test_a_low_end_written_sample_by_sample_is_the_inverse_of_one_pass(network: drum.DrumFlow) -> None:
    layer, told = network.low, _told()
    z = torch.randn(2, parts.LOW, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        assert (layer(layer.inverse(z, told), told)[0] - z).abs().max() < 1e-6
        tracked = layer.tracked(_low(), told)
        assert (layer.inverse(tracked, told) - _low()).abs().max() < 1e-6
        assert (layer(_low(), told)[0] - tracked).abs().max() < 1e-6
        alone = torch.cat([layer.inverse(z[at : at + 1], told[at : at + 1]) for at in (0, 1)])
    assert torch.allclose(layer.inverse(z, told), alone, rtol=1e-9, atol=1e-6)


def test_each_sample_is_written_from_what_the_whole_network_says(network: drum.DrumFlow) -> None:
    layer, told = network.low, _told()
    writer = drum_low.Writer(layer, told, 300)
    x = torch.from_numpy(writer.written(np.random.default_rng(1).standard_normal((2, 300))))
    again = drum_low.Writer(layer, told, 300)
    again.written(layer(x, told)[0].detach().numpy())
    assert np.allclose(again.x[:, drum_low.WINDOW :], x, rtol=1e-6)
    place, scale, _, tail = (each.detach().numpy() for each in layer.shape(x, told))
    writer.adaptive = drum_low.Adaptive(2)
    for t in range(300):
        assert np.allclose(writer.shape(t), (place[:, t], np.exp(scale[:, t]), tail[:, t]), rtol=1e-6)
        writer.adaptive.take(x[:, t].numpy())


def _rung(*taps: float) -> Tensor:
    """What one stroke becomes, (LOW,), when the network gives these taps and nothing else, the newest last."""
    layer = drum_low.Low(drum.CONDITION).double()
    with torch.no_grad():
        layer.leave.weight.zero_()
        layer.leave.bias.zero_()
        layer.leave.bias[-1] = -50.0  # the adaptive prediction is not trusted at all
        first = drum_low.WINDOW - len(taps)
        layer.leave.bias[first : drum_low.WINDOW] = torch.tensor(taps, dtype=torch.float64)
    z = torch.zeros(1, parts.LOW, dtype=torch.float64)
    z[0, 0] = 0.1
    return layer.inverse(z, _told(1))[0]


def test_a_decaying_tone_is_a_recursion_of_two_taps() -> None:
    """x_t = 2 r cos(w) x_(t-1) - r^2 x_(t-2) rings as r^t sin((t + 1) w) / sin(w) after a single stroke."""
    decay, turn = 0.99, 0.3
    x = _rung(-(decay**2), 2 * decay * math.cos(turn))
    time = torch.arange(parts.LOW, dtype=torch.float64)
    assert (x - x[0] * decay**time * torch.sin((time + 1) * turn) / math.sin(turn)).abs().max() < 1e-6 * x[0]


def test_a_recursion_that_grows_is_held_after_the_stroke() -> None:
    x = _rung(1.02).abs().numpy()
    assert x[drum_low.RISES - 1] == pytest.approx(1.02 ** (drum_low.RISES - 1) * x[0], rel=1e-6)
    assert x[drum_low.RISES :].max() <= x[drum_low.RISES - 1]
    assert x[-1] < 0.3 * x.max()


def test_the_adaptive_prediction_learns_tones_from_their_past() -> None:
    """Two decaying tones obey a recursion of four coefficients, so that eight foretell them but for the ridge."""
    time = np.arange(400)
    tones = [8000 * 0.995**time * np.cos(0.3 * time), 5000 * 0.99**time * np.cos(0.9 * time + 1)]
    x = np.stack((sum(tones), tones[0]))
    prediction, _, loudest = drum_low.foretold(x).swapaxes(0, 1)
    error = np.abs(x - prediction) / (8000 * 0.995**time)
    assert (error[:, 200:].max(1) < (5e-3, 1e-3)).all()
    assert (prediction[:, 0] == 0).all()
    assert np.array_equal(loudest[:, 1:], np.maximum.accumulate(np.abs(x), 1)[:, :-1])


def test_predictions_are_steadied_where_they_would_howl_and_only_there() -> None:
    rng = np.random.default_rng(0)
    radii = rng.uniform(0.5, 1.3, (40, 4))
    poles = radii * np.exp(1j * rng.uniform(0, np.pi, (40, 4)))
    taps = np.stack([-np.poly(np.concatenate((row, row.conj()))).real[1:] for row in poles])
    steady = drum_low.steadied(taps)
    kept = (steady == taps).all(1)
    assert np.array_equal(kept, (radii < 1).all(1))
    assert kept.any()
    after = np.array([np.abs(np.roots(np.concatenate(([1.0], -row)))).max(initial=0) for row in steady])
    assert (after < 1).all()
    assert (after > 0.7).all()


def test_the_summary_hears_the_size_of_every_slot() -> None:
    low = torch.repeat_interleave(torch.linspace(0, 9, drum.SUMMARY, dtype=torch.float64).exp(), 32)[None]
    low[0, ::2] *= -1
    assert (drum.summary(low) - torch.linspace(0, 9, drum.SUMMARY)).abs().max() < 0.35  # log of one step more
    assert (drum.summary(low)[0, 8:] - torch.linspace(0, 9, drum.SUMMARY)[8:]).abs().max() < 0.01


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
    seen, volume = parts.analyse(x)
    noise, slope = network.noise(seen, told)
    angles = noise[:, -drum.SIZES[-1] :]
    bent = flow.unwound(angles)[1].sum(1)
    assert (
        flow.log_likelihood(z, volume + slope.detach() + bent.detach()) - score
    ).abs().max() < 1e-8 * score.abs().max()


def test_the_volume_is_the_jacobians_on_a_part_of_the_flow(network: drum.DrumFlow) -> None:
    layer, told = network.levels[0], torch.zeros(1, drum.TOLD, dtype=torch.float64)
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


# ---------------------------------------------------------------- the engine


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


def test_layers_keep_the_low_part_of_one_and_the_high_part_of_the_other() -> None:
    time = np.arange(parts.LENGTH) / parts.RATE
    body, click = (np.sin(2 * np.pi * hertz * time) * np.exp(-time / 0.1) for hertz in (60, 9000))
    size = np.abs(np.fft.rfft(drum_data.layered(body + click, 0.5 * (body + click), np.random.default_rng(0))))
    kept = np.abs(np.fft.rfft(body + click))
    hertz = np.fft.rfftfreq(parts.LENGTH, 1 / parts.RATE)
    low, high = np.argmin(abs(hertz - 60)), np.argmin(abs(hertz - 9000))
    assert size[low] / kept[low] == pytest.approx(1, abs=0.02)
    assert 10 ** (-9 / 20) * 0.98 < size[high] / kept[high] < 10 ** (6 / 20) * 1.02
