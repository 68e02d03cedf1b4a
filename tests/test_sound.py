"""audio/sound: the transform, the codec, the vocoder, loops, repainting, and the engine on networks of no training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engines.audio.sound import Options, Sound
from engines.contract import Audio, Checkpoint, Image, Refused, Request, Result, Step
from engines.files.rate import at_rate
from engines.nn import sound_flow, sound_mel, sound_vocoder
from engines.nn.sound_flow import SoundTransformer, Told
from engines.nn.sound_mel import BANDS, HOP, KEPT, PATCH, RATE, TOKEN, Codec
from engines.nn.sound_model import TURNED, WINDOW, Model, Plan, Voice, blended, ring, trimmed, turned, windows

NAN = float("nan")


def _wave(seconds: float = 0.6, hertz: float = 440.0) -> torch.Tensor:
    count = round(seconds * RATE / TOKEN) * TOKEN
    return 0.5 * torch.sin(2 * torch.pi * hertz * torch.arange(count) / RATE)[None]


# ---------------------------------------------------------------- the spectrogram


@pytest.mark.parametrize("circular", [False, True])
@pytest.mark.parametrize("frames", [2, 3, 7, 60])
def test_a_sound_comes_back_from_its_transform(circular: bool, frames: int) -> None:
    x = torch.randn(2, frames * HOP, generator=torch.Generator().manual_seed(frames))
    frames_ = sound_mel.spectrum(x, circular)
    assert frames_.shape == (2, sound_mel.BINS, frames)
    assert (sound_mel.sound_of(frames_, circular) - x).abs().max() < 2e-5


def test_a_turned_ring_has_a_turned_transform() -> None:
    x = torch.randn(1, 12 * HOP, generator=torch.Generator().manual_seed(1))
    one = sound_mel.spectrum(x, True)
    other = sound_mel.spectrum(x.roll(5 * HOP, 1), True)
    assert (other - one.roll(5, 2)).abs().max() < 1e-4


def test_a_tone_stands_in_its_band() -> None:
    middles = (sound_mel.bank() * torch.linspace(0, RATE / 2, sound_mel.BINS)).sum(1)
    for hertz in (200.0, 1000.0, 6000.0):
        mel = sound_mel.log_mel(_wave(hertz=hertz))[0, :, 20]
        assert abs(float(middles[mel.argmax()]) - hertz) < 0.12 * hertz
    assert torch.allclose(sound_mel.told(sound_mel.amplitudes(mel)), mel, atol=1e-5)
    quiet = sound_mel.log_mel(torch.zeros(1, TOKEN))
    assert torch.allclose(quiet, torch.full_like(quiet, sound_mel.SILENCE))


def _codec() -> Codec:
    codec = Codec()
    rows = torch.randn(700, 20, generator=torch.Generator().manual_seed(0)) @ torch.randn(
        20, PATCH * BANDS, generator=torch.Generator().manual_seed(1)
    )
    codec.learn(0.05 * rows)
    return codec


def test_the_codec_keeps_what_has_few_components() -> None:
    codec = _codec()
    rows = torch.randn(12, 20, generator=torch.Generator().manual_seed(0)) @ torch.randn(
        20, PATCH * BANDS, generator=torch.Generator().manual_seed(1)
    )
    mel = (0.05 * rows).unflatten(1, (PATCH, BANDS)).flatten(0, 1).T[None]
    mel = mel.clamp_min(sound_mel.SILENCE + 0.01)
    latent = codec.encode(mel)
    assert latent.shape == (1, 12, KEPT)
    assert (codec.decode(latent) - mel).abs().max() < 1e-3
    assert torch.allclose(codec.axes @ codec.axes.T, torch.eye(KEPT), atol=1e-4)


# ---------------------------------------------------------------- the vocoder


def test_phases_of_a_tone_are_found() -> None:
    x = _wave(1.2, 523.0) + 0.6 * _wave(1.2, 1311.0)
    size = sound_mel.spectrum(x).abs()
    noise = sound_vocoder.noise_frames(size.shape[-1], False)
    found = [sound_vocoder.phased(size, noise, rounds) for rounds in (0, 8, 32)]
    inner = slice(4, -4)
    errors = [float(((sound_mel.spectrum(y).abs() - size)[..., inner]).norm() / size[..., inner].norm()) for y in found]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.12


def test_texture_is_that_of_noise() -> None:
    drawn = sound_vocoder.texture(sound_vocoder.noise_frames(400, False, 3))[:, 3:-3]
    assert abs(float(drawn.mean())) < 0.03
    assert abs(float(drawn.std()) - 1) < 0.06


def test_bands_spread_out_and_gathered_are_themselves() -> None:
    mel = sound_mel.log_mel(torch.randn(1, 20 * TOKEN, generator=torch.Generator().manual_seed(5)) * 0.1)
    size = sound_vocoder.spread_out(mel).exp() / sound_vocoder.SCALE
    again = sound_mel.told(torch.einsum("mf,bft->bmt", sound_mel.bank(), size.square()).sqrt())
    assert (again - mel)[:, 3:-3].abs().mean() < 0.05


def test_griffin_lim_gives_the_spectrogram_back() -> None:
    x = _wave(0.6, 700.0) + 0.02 * torch.randn(1, _wave().shape[1], generator=torch.Generator().manual_seed(2))
    mel = sound_mel.log_mel(x)
    found = sound_vocoder.griffin_lim(mel)
    assert (sound_mel.log_mel(found) - mel).abs().mean() * sound_mel.SPREAD < 0.5


# ---------------------------------------------------------------- loops and windows


def test_a_ring_is_brought_to_any_length() -> None:
    time = np.arange(3200) / 3200
    x = np.sin(2 * np.pi * 3 * time) + 0.3 * np.cos(2 * np.pi * 40 * time)
    for count in (3001, 3200, 3359):
        at = np.arange(count) / count
        assert np.abs(ring(x, count) - np.sin(2 * np.pi * 3 * at) - 0.3 * np.cos(2 * np.pi * 40 * at)).max() < 1e-9
    mel = torch.randn(1, BANDS, 24, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(turned(mel, 24), mel, atol=1e-6)
    assert turned(mel, 25).shape == (1, BANDS, 25)


def test_a_repainted_part_is_blended_in() -> None:
    change = np.zeros(RATE)
    change[8000:20000] = 1
    share = blended(change)
    assert len(share) == RATE
    assert not share[:8000].any()
    assert not share[20000:].any()
    assert share[9000:19000].min() == 1
    assert np.abs(np.diff(share)).max() < 0.01
    assert np.array_equal(blended(np.ones(RATE)), np.ones(RATE))


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("patches", [4, 17, 50, WINDOW, WINDOW + 1, 200])
def test_windows_cover_everything(loop: bool, patches: int) -> None:
    plan = Plan(patches * TOKEN, patches, loop, NAN)
    for level in (1.0, 0.1):
        seen = windows(plan, level)
        assert {int(place) % patches for row in seen for place in row} == set(range(patches))
        assert all(len(row) <= WINDOW for row in seen)
        if not loop or level > TURNED:
            assert all(0 <= place < patches for row in seen for place in row)


def test_silence_at_the_end_is_cut() -> None:
    sound = np.concatenate([np.ones(RATE), np.zeros(RATE)])
    assert RATE <= len(trimmed(sound)) < 1.1 * RATE


def test_at_rate_keeps_the_pitch() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(44100) / 44100)
    found = at_rate(tone, 44100, RATE)
    assert abs(len(found) - RATE) < 200
    assert abs(np.argmax(np.abs(np.fft.rfft(found[:RATE], RATE))) - 1000) <= 1


# ---------------------------------------------------------------- the network and the engine


class _Text:
    """Words as states that follow from their letters."""

    def encode(self, prompts: list[str], limit: int = 32) -> tuple[torch.Tensor, torch.Tensor]:
        rows = [torch.randn(6, 384, generator=torch.Generator().manual_seed(sum(map(ord, text)))) for text in prompts]
        return torch.stack(rows), torch.ones(len(prompts), 6, dtype=torch.bool)


def _model() -> Model:
    torch.manual_seed(0)
    flow = SoundTransformer(sound_flow.Shape(width=32, depth=1, heads=2))
    for value in flow.parameters():
        value.data += 0.02 * torch.randn_like(value)
    heard = Voice(sound_vocoder.Vocoder(sound_vocoder.Shape(16, 1, 16)), _codec())
    heard.codec.mean -= 0.8
    return Model(flow.eval().requires_grad_(False), heard.eval().requires_grad_(False), _Text())


MODEL = _model()


def _run(**asked: Any) -> list[Any]:
    engine = Sound()
    engine._model = MODEL
    options = {name: getattr(Options(), name) for name in Options.__struct_fields__} | {"steps": 3}
    options |= asked.pop("options", {})
    return list(engine.generate(Request(engine="audio/sound", prompt="a bell", options=options, **asked)))


def _result(**asked: Any) -> np.ndarray:
    found = _run(**asked)[-1]
    assert isinstance(found, Result)
    assert isinstance(found.media, Audio)
    return found.media.samples[:, 0]


def test_a_length_is_kept_to_the_sample() -> None:
    assert len(_result(length=0.9)) == round(0.9 * RATE)
    for bars, tempo, beats in ((1, 117.0, 4), (2, 151.0, 3)):
        options = {"bars": bars, "tempo": tempo, "beats": beats}
        for loop in (False, True):
            sound = _result(options=options | {"loop": loop})
            assert len(sound) == round(bars * beats * 60 / tempo * RATE)


def test_the_end_of_a_loop_meets_its_beginning() -> None:
    sound = _result(length=1.03, options={"loop": True})
    steps = np.abs(np.diff(np.concatenate([sound, sound[:1]])))
    assert steps[-1] <= 1.5 * steps[:-1].max()
    once, twice = sound, np.concatenate([sound, sound])
    middle = slice(len(once) - HOP, len(once) + HOP)
    power = np.square(np.fft.rfft(twice[middle] * np.hanning(2 * HOP)))
    assert np.isfinite(power).all()
    inner = np.square(np.diff(twice[middle])).mean()
    assert inner <= 4 * np.square(np.diff(once)).mean()


def test_what_a_range_leaves_out_stays_as_it_was() -> None:
    start = Audio((0.5 * np.sin(np.arange(2 * RATE) * 0.05)).astype(np.float32)[:, None], RATE)
    sound = _result(start=start, strength=0.9, options={"range_from": 0.5, "range_to": 1.2})
    assert len(sound) == 2 * RATE
    for kept in (slice(0, RATE // 2), slice(round(1.2 * RATE), None)):
        assert np.abs(sound[kept] - start.samples[kept, 0]).max() < 1e-6
    inside = slice(round(0.6 * RATE), RATE)
    assert np.abs(sound[inside] - start.samples[inside, 0]).max() > 1e-3
    column = np.zeros((4, 40), np.uint8)
    column[:, 10:24] = 255
    masked = _result(start=start, strength=0.9, mask=Image(column))
    assert np.abs(masked[: RATE // 3] - start.samples[: RATE // 3, 0]).max() < 1e-6


def test_strength_says_how_far_from_the_start() -> None:
    start = Audio((0.5 * np.sin(np.arange(RATE) * 0.05)).astype(np.float32)[:, None], RATE)
    own = MODEL.encoded(start, MODEL.plan(Request(engine="audio/sound", start=start), Options()))
    far = []
    for strength in (0.1, 0.5, 1.0):
        request = Request(engine="audio/sound", prompt="a bell", start=start, strength=strength)
        plan = MODEL.plan(request, Options())
        *_, last = MODEL.states(request, Options(), plan, MODEL.denoiser(request, Options(), plan))
        far.append(float((last.x - own).norm()))
    assert far[0] < far[1] < far[2]


def test_long_and_short_sounds_have_steps_and_checkpoints() -> None:
    for length in (0.25, 9.0):
        steps = [event for event in _run(length=length, options={"steps": 2}) if isinstance(event, Step)]
        assert [step.index for step in steps] == [1, 2]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"start": Image(np.zeros((4, 4, 3), np.uint8))}, "starts from a sound"),
        ({"start": Audio(np.zeros((100, 1), np.float32), RATE)}, "cannot be made"),
        ({"start": Audio(np.zeros((RATE, 1), np.float32), RATE)}, "silent"),
        ({"options": {"bars": 32, "tempo": 30.0}}, "cannot be made"),
        ({"options": {"range_to": 1.0}}, "give the start"),
        (
            {"start": Audio(np.ones((RATE, 1), np.float32), RATE), "options": {"range_from": 2.0, "range_to": 1.0}},
            "later",
        ),
        ({"start": Audio(np.ones((RATE, 1), np.float32), RATE), "options": {"range_from": 1.0}}, "after the end"),
        ({"resume": Checkpoint(1, 24, 0.9, "euler", {})}, "another engine"),
    ],
)
def test_what_cannot_be_made_costs_one_sentence(asked: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        _run(**asked)


def test_the_network_knows_what_it_is_told() -> None:
    net, x, t = MODEL.flow, torch.randn(1, 20, KEPT, generator=torch.Generator().manual_seed(1)), torch.tensor([0.5])
    tokens, mask = _Text().encode(["a"])
    places, seconds = torch.arange(20)[None] * 0.06, torch.tensor([1.0])
    plain = net(x, t, Told(tokens, mask, places, seconds))
    nowhere = net(x, t, Told(tokens, mask, torch.full_like(places, NAN), seconds))
    longer = net(x, t, Told(tokens, mask, places, seconds * 4))
    padded = torch.cat([tokens, torch.randn(1, 3, 384)], 1)
    beyond = net(x, t, Told(padded, torch.cat([mask, mask.new_zeros(1, 3)], 1), places, seconds))
    assert plain.shape == x.shape
    assert torch.isfinite(nowhere).all()
    assert (plain - nowhere).abs().max() > 1e-5
    assert (plain - longer).abs().max() > 1e-5
    assert (plain - beyond).abs().max() < 1e-5
