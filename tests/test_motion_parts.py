"""How motions are written, drawn, said and made: what video/motion is made of."""

import itertools
from typing import Any

import numpy as np
import pytest
import torch

from engines import motions
from engines.cutout import cut_out
from engines.motions import AFFINE, CHANNELS, KEYS, REST, Silhouette
from engines.nn import warp
from engines.subjects import subject
from engines.training import motion_data, motion_words
from engines.training.motion_kinds import KINDS
from engines.training.motion_track import Cue
from tests.blob import blob

# ---------------------------------------------------------------- motions as numbers


@pytest.mark.parametrize("loop", [True, False])
def test_motion_between_keys_keeps_keys_and_sums(loop: bool) -> None:
    keys = np.random.default_rng(1).normal(size=(KEYS, 3))
    moments = motions.times(KEYS, loop)
    assert np.abs(motions.at(keys, moments, loop) - keys).max() < 1e-12
    assert np.allclose(motions.weights(np.linspace(0, 1, 301), loop).sum(1), 1.0)


def test_a_parabola_is_exact_between_inner_keys_and_a_loop_goes_round() -> None:
    u = motions.times(KEYS, False)
    inner = np.linspace(u[1], u[-2], 97)
    assert np.abs(motions.at((3 * u**2 - u)[:, None], inner, False)[:, 0] - (3 * inner**2 - inner)).max() < 1e-12
    keys = np.random.default_rng(2).normal(size=(KEYS, 5))
    assert np.array_equal(motions.at(keys, np.array([0.0]), True), motions.at(keys, np.array([1.0]), True))
    wave = np.sin(2 * np.pi * 2 * motions.times(KEYS, True))[:, None]
    fine = motions.times(200, True)
    assert np.abs(motions.at(wave, fine, True)[:, 0] - np.sin(2 * np.pi * 2 * fine)).max() < 3e-3


def test_a_seam_goes_as_the_steps_beside_it_and_a_smooth_loop_stays() -> None:
    wave = np.sin(2 * np.pi * motions.times(KEYS, True))[:, None]
    assert np.abs(motions.closed(wave) - wave).max() < 2e-3
    torn = np.linspace(0, 1, KEYS)[:, None] ** 2
    steps = np.diff(motions.closed(torn), axis=0, append=torn[:1])[:, 0]
    assert np.array_equal(motions.closed(torn)[0], torn[0])
    assert abs(steps[-1]) < 0.1 < abs(torn[0, 0] - torn[-1, 0])


def test_a_silhouette_is_the_box_of_what_is_seen() -> None:
    alpha = np.zeros((40, 40))
    alpha[10:30, 4:20] = 1.0
    found = Silhouette.of(alpha)
    assert found.middle == pytest.approx((-0.4, 0.0))
    assert found.half == pytest.approx((0.4, 0.5))
    assert found.outline.min() == 1.0
    assert Silhouette.of(np.zeros((8, 8))).half == (1.0, 1.0)
    values = np.random.default_rng(3).random((29, 17))
    pooled = torch.nn.functional.adaptive_avg_pool2d(torch.from_numpy(values)[None, None], 12)[0, 0].numpy()
    assert np.abs(motions.averaged(values, 12) - pooled).max() < 1e-6


# ---------------------------------------------------------------- drawing


def _warper(picture: np.ndarray) -> warp.Warper:
    return warp.Warper(warp.premultiplied(picture), Silhouette((0.0, 0.0), (1.0, 1.0), np.ones((12, 12), np.float32)))


def _state(**changes: Any) -> np.ndarray:
    state = np.concatenate([REST, np.zeros(CHANNELS - AFFINE)])
    if "offset" in changes:
        state[:4] = np.ravel([motions.on_torus(np.float64(v)) for v in changes["offset"]])
    if "turn" in changes:
        state[4:6] = np.cos(changes["turn"]), np.sin(changes["turn"])
    if "stretch" in changes:
        state[6:8] = changes["stretch"]
    return state


def _drawn(picture: np.ndarray, state: np.ndarray) -> np.ndarray:
    (frame,) = _warper(picture).frames([motions.pose(state)])
    return frame.numpy()


def test_at_rest_a_picture_is_itself() -> None:
    still = warp.premultiplied(blob()).numpy()
    assert np.abs(_drawn(blob(), _state()) - still).max() < 1e-5
    assert np.abs(warp.straight(torch.from_numpy(still)).astype(int) - blob())[blob()[..., 3] > 20].max() <= 8


def test_shifts_quarter_turns_and_mirrors_are_exact() -> None:
    picture = blob()
    still = warp.premultiplied(picture).numpy()
    moved = _drawn(picture, _state(offset=(4 / 16, -2 / 16)))
    assert np.abs(moved[:, :-2, 4:] - still[:, 2:, :-4]).max() < 1e-4
    turned = _drawn(picture, _state(turn=np.pi / 2))
    assert np.abs(turned - np.rot90(still, -1, (1, 2))).max() < 1e-4  # clockwise
    assert np.abs(_drawn(picture, _state(stretch=(-1.0, 1.0))) - still[:, :, ::-1]).max() < 1e-4
    assert np.abs(_drawn(picture, _state(offset=(2.0, 0.0)))).max() < 0.02  # out of sight on the torus


def test_what_is_drawn_small_is_averaged() -> None:
    rng = np.random.default_rng(5)
    picture = np.dstack([rng.integers(0, 256, (64, 64, 3)), np.full((64, 64), 255)]).astype(np.uint8)
    small = _drawn(picture, _state(stretch=(0.25, 0.25)))[:, 24:40, 24:40]
    mean = warp.premultiplied(picture).reshape(4, 16, 4, 16, 4).mean((2, 4)).numpy()
    assert np.abs(small - mean)[:, 1:-1, 1:-1].max() < 1e-4
    assert np.abs(_drawn(picture, _state(stretch=(0.0, 1.0)))[3]).mean() < 0.06  # edge-on


def test_light_and_opacity_act_on_what_is_there() -> None:
    state = _state()
    state[9], state[10] = 0.5, -0.5
    still = warp.premultiplied(blob()).numpy()
    found = _drawn(blob(), state)
    assert np.abs(found[3] - 0.5 * still[3]).max() < 1e-5
    assert np.abs(found[:3] - 0.25 * still[:3]).max() < 1e-5


# ---------------------------------------------------------------- taking a picture off its background


def test_a_plain_background_comes_off_and_goes_back_on() -> None:
    picture = blob(96)
    picture[..., :3] = (200, 40, 60)
    alpha = picture[..., 3:] / 255.0
    flat = np.rint(picture[..., :3] * alpha + 245 * (1 - alpha)).astype(np.uint8)
    rgba, ground = cut_out(flat)
    assert ground is not None
    assert ground.tolist() == [245, 245, 245]
    share = rgba[..., 3:] / 255.0
    assert np.abs(rgba[..., :3] * share + 245 * (1 - share) - flat).max() < 23
    assert np.abs(share - alpha).max() < 0.15
    assert np.abs(share - alpha).mean() < 0.01


def test_what_has_no_plain_border_stays_whole() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (20, 20, 3)).astype(np.uint8)
    rgba, ground = cut_out(noise)
    assert ground is None
    assert (rgba[..., 3] == 255).all()
    own, ground = cut_out(blob())
    assert ground is None
    assert np.array_equal(own, blob())
    assert (cut_out(np.full((9, 9), 128, np.uint8))[0][..., 3] == 255).all()


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("prompt", "thing"),
    [
        ("a rocket flying up, spinning", "a rocket"),
        ("spinning red apple", "red apple"),
        ("a slowly spinning apple", "an apple"),
        ("a cat that jumps", "a cat"),
        ("make a rocket spin", "a rocket"),
        ("fly up and spin, a rocket", "a rocket"),
        ("a butterfly flapping its wings gently", "a butterfly"),
        ("two blue cars driving, flat style", "two blue cars, flat style"),
        ("a cat with sunglasses and a crown jumping", "a cat with sunglasses and a crown"),
        ("A dog wearing a hat, bouncing", "A dog wearing a hat"),
        ("a flying saucer hovering", "a ufo"),
        ("a diamond ring", "a diamond ring"),
        ("an hourglass turning", "an hourglass"),
        ("wave", "wave"),
        ("spinning around", ""),
        ("", ""),
    ],
)
def test_the_thing_in_a_sentence_about_motion(prompt: str, thing: str) -> None:
    assert subject(prompt) == thing


def test_verbs_are_inflected() -> None:
    forms = {"spin around": "spinning around", "fly up": "flying up", "take off": "taking off", "bob": "bobbing"}
    assert {word: motion_words.gerund(word) for word in forms} == forms
    thirds = {
        "fly up": "flies up",
        "do a flip": "does a flip",
        "squish": "squishes",
        "sway": "sways",
        "go up": "goes up",
    }
    assert {word: motion_words.third(word) for word in thirds} == thirds


def test_splits_are_apart_and_unseen_words_are_never_told_in_training() -> None:
    told = {split: motion_data.captions(300, 3, split) for split in ("train", "judge", "test")}
    things = {split: {one.subject for one in some} - {-1} for split, some in told.items()}
    assert not any(a & b for a, b in itertools.combinations(things.values(), 2))
    unseen = {w for k, kind in KINDS.items() for w in kind.words if motion_words.word_held(k, w) and " " in w}
    forms = {form(w) for w in unseen for form in (str, motion_words.gerund, motion_words.third)}
    assert unseen
    assert not [one.text for one in told["train"] if any(f" {form} " in f" {one.text} " for form in forms)]
    pairs = {frozenset(one.kinds) for one in told["train"] if len(one.kinds) == 2}
    always = [kinds for kinds, _, _ in motion_words.IDLE] + [kinds for kinds, _ in motion_words.FLIES]
    idle = {frozenset(kinds) for kinds in always}
    assert not [pair for pair in pairs - idle if motion_words.pair_held(*sorted(pair))]
    assert all(name in KINDS for kinds in always for name in kinds)


# ---------------------------------------------------------------- kinds


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("loop", [True, False])
def test_every_kind_is_sound_and_its_loop_closes(name: str, loop: bool) -> None:
    silhouette = Silhouette.of(blob()[..., 3] / 255)
    for seconds, amount in ((0.5, 2.2), (2.0, 1.0), (6.0, 0.3)):
        cue = Cue(silhouette, loop, seconds, np.random.default_rng(0), amount)
        states = KINDS[name].move(cue).states()
        assert states.shape == (KEYS, CHANNELS)
        assert np.isfinite(states).all()
        assert np.abs(states).max() < 4
        if loop and seconds == 2.0:
            steps = np.abs(np.diff(states, axis=0, append=states[:1])).sum(1)
            assert steps[-1] <= 1.6 * np.sort(steps)[-3] + 1e-3
        assert np.ptp(states, axis=0).max() > 0.005  # it does something


def test_a_spin_turns_clockwise_by_whole_turns() -> None:
    cue = Cue(Silhouette.of(np.ones((8, 8))), True, 4.0, np.random.default_rng(0))
    states = KINDS["spin"].move(cue).states()
    angle = np.unwrap(np.arctan2(states[:, 5], states[:, 4]))
    assert np.abs(angle - 2 * np.pi * round(0.6 * 4.0) * np.arange(KEYS) / KEYS).max() < 1e-5


def test_the_foot_of_what_rocks_stays() -> None:
    cue = Cue(Silhouette((0.0, 0.0), (0.5, 0.8), np.ones((12, 12), np.float32)), True, 2.0, np.random.default_rng(0))
    for name in ("rock", "breathe", "squash and stretch", "stretch"):
        for state in KINDS[name].move(cue).states():
            pose = motions.pose(state)
            assert np.abs(pose.offset + pose.linear @ [0.0, 0.8] - [0.0, 0.8]).max() < 1e-5
