"""Every metric agrees with an independent implementation, or with a closed form, on the same features."""

import itertools

import numpy as np
import pytest

from engines.contract import Mesh
from engines.metrics import agreement, clips, frechet, inception, kernel, manifold, pixels, spectra, surfaces, vendi


@pytest.fixture(scope="module")
def sets() -> tuple[np.ndarray, np.ndarray]:
    return agreement.sets(1)


@pytest.mark.parametrize("told", agreement.rows(), ids=lambda told: f"{told[0]} {told[1]}")
def test_it_agrees_with_what_is_independent_of_it(told: agreement.Told) -> None:
    row = agreement.row(told)
    assert row.holds, row


def test_moments_are_the_same_in_portions(sets) -> None:
    a = frechet.Moments()
    for portion in np.array_split(sets[0], [1, 7, 200]):
        a.add(portion)
    assert np.abs(a.covariance - np.cov(sets[0].T)).max() < 1e-10
    many = np.random.default_rng(0).normal(size=(3000, 5))
    gathered = frechet.streamed(np.array_split(many, 70))
    assert gathered.count == 3000
    assert np.abs(gathered.covariance - np.cov(many.T)).max() < 1e-12
    assert np.abs(a.mean - sets[0].mean(0)).max() < 1e-12
    with pytest.raises(ValueError, match="two samples"):
        _ = frechet.Moments().add(sets[0][:1]).covariance


def test_the_estimate_for_endless_samples_is_nearer_to_the_truth(sets) -> None:
    rng = np.random.default_rng(3)
    truth = frechet.gaussians(np.zeros(16), np.eye(16), np.full(16, 0.5), 1.5 * np.eye(16))
    off, off_endless = [], []
    for seed in range(8):
        fake = rng.normal(size=(300, 16))
        real = rng.normal(0.5, np.sqrt(1.5), size=(50_000, 16))
        off.append(frechet.frechet(fake, real) - truth)
        off_endless.append(frechet.endless(fake, frechet.Moments().add(real), seed) - truth)
    assert abs(np.mean(off_endless)) < abs(np.mean(off)) / 2


def test_the_interval_of_a_distance_holds_its_mean_over_draws() -> None:
    found = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        a, b = rng.normal(size=(120, 12)), rng.normal(0.3, 1.2, size=(90, 12))
        found.append((frechet.frechet(a, b), *frechet.interval(a, b)))
    mean = np.mean([one[0] for one in found])
    held = np.mean([low <= mean <= high for _, low, high in found])
    assert 0.9 <= held <= 1


def test_kernel_distance_is_unbiased() -> None:
    rng = np.random.default_rng(4)
    found = [kernel.squared(*rng.normal(size=(2, 40, 6))) for _ in range(400)]
    assert abs(np.mean(found)) < 3 * np.std(found) / 20


def test_vendi_score_counts_what_is_unlike() -> None:
    assert vendi.vendi(np.eye(7)) == pytest.approx(7)
    assert vendi.vendi(np.repeat(np.eye(3), 5, 0)) == pytest.approx(3)
    assert vendi.vendi(np.ones((9, 4))) == pytest.approx(1)
    some = np.random.default_rng(6).normal(size=(30, 8))
    unit = some / np.linalg.norm(some, axis=1, keepdims=True)
    p = np.linalg.eigvalsh(unit @ unit.T / 30).clip(1e-300)
    assert vendi.vendi(some) == pytest.approx(np.exp(-(p * np.log(p)).sum()), rel=1e-9)


def test_clips_that_stand_still_are_steady_and_ones_that_blink_flicker() -> None:
    still = np.ones((6, 3))
    assert clips.consistency(still) == pytest.approx(1)
    turning = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], 1)
    assert clips.consistency(turning, loop=True) == pytest.approx(np.cos(np.pi / 4))
    light = np.full((6, 4, 4, 3), 100, np.uint8)
    assert clips.flicker(light) == 0
    light[::2] = 110
    assert clips.flicker(light) == 20
    ramp = np.arange(6, dtype=np.uint8)[:, None, None, None] * np.ones((4, 4, 3), np.uint8)
    assert clips.flicker(ramp) == 0


def cube(side: float = 1.0) -> Mesh:
    corners = np.array(list(itertools.product((0, side), repeat=3)), np.float32)
    faces = [
        (0, 1, 3),
        (0, 3, 2),
        (4, 6, 7),
        (4, 7, 5),
        (0, 4, 5),
        (0, 5, 1),
        (2, 3, 7),
        (2, 7, 6),
        (0, 2, 6),
        (0, 6, 4),
    ]
    return Mesh(corners, np.array([*faces, (1, 5, 7), (1, 7, 3)], np.int32))


def test_surfaces_are_compared_by_points_of_them() -> None:
    one = cube()
    same = surfaces.compared(one, one, 0.03, points=4000)
    assert same.chamfer < 0.02
    assert same.f_score == pytest.approx(1, abs=0.02)
    assert same.normals > 0.97
    lifted = Mesh(one.vertices + np.float32(5), one.faces)
    away = surfaces.compared(lifted, one, points=4000)
    assert away.f_score == 0
    assert 5 < away.chamfer < 5 * np.sqrt(3)
    points, normals = surfaces.sampled(one, 6000)
    assert np.abs(points.mean(0) - 0.5).max() < 0.03
    assert np.abs(np.linalg.norm(normals, axis=1) - 1).max() < 1e-9
    assert surfaces.open_edges(one) == 0
    assert surfaces.open_edges(Mesh(one.vertices, one.faces[1:])) == 3
    with pytest.raises(ValueError, match="without area"):
        surfaces.compared(Mesh(np.zeros((3, 3), np.float32), np.zeros((1, 3), np.int32)), one)


def test_ends_of_scales_are_what_they_should_be(sets) -> None:
    a, b = agreement.pictures(7)
    assert pixels.psnr(a, a) == float("inf")
    assert pixels.ssim(a, a) == pytest.approx(1)
    with pytest.raises(ValueError, match="different shapes"):
        pixels.psnr(a, b[1:])
    real = np.random.default_rng(8).normal(size=6000)
    assert spectra.multi_stft(real, real) == (0, 0)
    assert spectra.multi_stft(real / 2, real).convergence == pytest.approx(0.5)
    sure = np.eye(10)[np.arange(100) % 10] * 1e4
    assert inception.score(sure, 10) == (pytest.approx(10), pytest.approx(0, abs=1e-9))
    assert manifold.manifold(sets[0], sets[0] + 1000) == (0, 0, 0, 0)
    which, far = manifold.nearest(sets[0][:9], sets[0])
    assert which.tolist() == list(range(9))
    assert far.max() < 1e-5
