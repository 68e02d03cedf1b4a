"""Every metric agrees with an independent implementation, or with a closed form, on the same features."""

import itertools

import numpy as np
import pytest
import torch
from scipy import linalg
from scipy.spatial.distance import cdist
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure as library_ms_ssim
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.inception import InceptionScore
from torchmetrics.image.kid import KernelInceptionDistance

from engines.contract import Mesh
from engines.metrics import clips, frechet, inception, kernel, manifold, pixels, spectra, surfaces, vendi


class Eye(torch.nn.Module):
    """Features as they are, for libraries that want a network."""

    num_features = 24

    def forward(self, x):
        return x


@pytest.fixture(scope="module")
def sets() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    mix = rng.normal(size=(24, 24))
    return rng.normal(size=(400, 24)) @ mix, rng.normal(0.3, 1.2, size=(350, 24)) @ mix


def test_frechet_distance_is_that_of_torchmetrics(sets) -> None:
    library = FrechetInceptionDistance(feature=Eye()).set_dtype(torch.float64)
    for one, real in zip(sets, (True, False), strict=True):
        library.update(torch.from_numpy(one), real=real)
    assert frechet.frechet(*sets) == pytest.approx(float(library.compute()), rel=1e-8)


def test_frechet_distance_of_gaussians_has_a_closed_form() -> None:
    rng = np.random.default_rng(2)
    for _ in range(5):
        a, b = (m @ m.T for m in rng.normal(size=(2, 8, 8)))
        mean = rng.normal(size=8)
        exact = (mean**2).sum() + np.trace(a + b - 2 * linalg.sqrtm(a @ b).real)
        assert frechet.gaussians(mean, a, np.zeros(8), b) == pytest.approx(exact, rel=1e-7)
    assert frechet.gaussians(mean, a, mean, a) == pytest.approx(0, abs=1e-6)


def test_moments_are_the_same_in_portions(sets) -> None:
    a = frechet.Moments()
    for portion in np.array_split(sets[0], [1, 7, 200]):
        a.add(portion)
    assert np.abs(a.covariance - np.cov(sets[0].T)).max() < 1e-10
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
        off_endless.append(frechet.endless(fake, real, seed) - truth)
    assert abs(np.mean(off_endless)) < abs(np.mean(off)) / 2
    low, high = frechet.interval(fake, real[:300], rounds=60)
    assert low < truth < high


def test_kernel_distance_is_that_of_torchmetrics(sets) -> None:
    library = KernelInceptionDistance(feature=Eye(), subsets=2, subset_size=350).set_dtype(torch.float64)
    for one, real in zip((sets[0][:350], sets[1]), (True, False), strict=True):
        library.update(torch.from_numpy(one), real=real)
    mean, _ = library.compute()
    found = kernel.kid(sets[0][:350], sets[1], 2, 350)
    assert found.mean == pytest.approx(float(mean), rel=1e-5)  # the library adds up in single precision
    assert found.spread == pytest.approx(0, abs=1e-7 * found.mean)


def test_kernel_distance_is_unbiased() -> None:
    rng = np.random.default_rng(4)
    found = [kernel.squared(*rng.normal(size=(2, 40, 6))) for _ in range(400)]
    assert abs(np.mean(found)) < 3 * np.std(found) / 20


def test_inception_score_is_that_of_torchmetrics() -> None:
    logits = np.random.default_rng(5).normal(0, 3, size=(200, 24))
    library = InceptionScore(feature=Eye(), splits=1).set_dtype(torch.float64)
    library.update(torch.from_numpy(logits))
    assert inception.score(logits, 1)[0] == pytest.approx(float(library.compute()[0]), rel=1e-6)
    sure = np.eye(10)[np.arange(100) % 10] * 1e4
    assert inception.score(sure, 10) == (pytest.approx(10), pytest.approx(0, abs=1e-9))


def test_precision_recall_density_and_coverage_are_as_defined(sets) -> None:
    real, fake = sets[0][:90], sets[1][:80]
    across, within, others = cdist(real, fake), cdist(real, real), cdist(fake, fake)
    near, dense = np.sort(within)[:, 3], np.sort(within)[:, 5]
    found = manifold.manifold(real, fake)
    assert found.precision == pytest.approx((across <= near[:, None]).any(0).mean())
    assert found.recall == pytest.approx((across <= np.sort(others)[:, 3][None]).any(1).mean())
    assert found.density == pytest.approx((across <= dense[:, None]).sum() / (5 * len(fake)))
    assert found.coverage == pytest.approx((across.min(1) <= dense).mean())
    assert manifold.manifold(real, real + 100) == (0, 0, 0, 0)
    which, far = manifold.nearest(fake, real)
    assert (which == across.argmin(0)).all()
    assert np.abs(far - across.min(0)).max() < 1e-6


def test_vendi_score_counts_what_is_unlike() -> None:
    assert vendi.vendi(np.eye(7)) == pytest.approx(7)
    assert vendi.vendi(np.repeat(np.eye(3), 5, 0)) == pytest.approx(3)
    assert vendi.vendi(np.ones((9, 4))) == pytest.approx(1)
    some = np.random.default_rng(6).normal(size=(30, 8))
    unit = some / np.linalg.norm(some, axis=1, keepdims=True)
    p = np.linalg.eigvalsh(unit @ unit.T / 30).clip(1e-300)
    assert vendi.vendi(some) == pytest.approx(np.exp(-(p * np.log(p)).sum()), rel=1e-9)


def by_convolution(x: torch.Tensor, y: torch.Tensor) -> float:
    """MS-SSIM of (1, 3, H, W), by torch's convolutions and pooling."""
    line = torch.exp(-((torch.arange(11, dtype=torch.float64) - 5) ** 2) / 4.5)
    window = (torch.outer(line, line) / line.sum() ** 2).expand(3, 1, 11, 11)
    found = 1.0
    for scale, weight in enumerate(pixels.WEIGHTS):
        mx, my, xx, yy, xy = (torch.nn.functional.conv2d(one, window, groups=3) for one in (x, y, x * x, y * y, x * y))
        one = (2 * (xy - mx * my) + 58.5225) / (xx - mx**2 + yy - my**2 + 58.5225)
        if scale == 4:
            one = one * (2 * mx * my + 6.5025) / (mx**2 + my**2 + 6.5025)
        found *= float(one.mean()) ** weight
        x, y = (torch.nn.functional.avg_pool2d(part, 2) for part in (x, y))
    return found


def test_pixels_are_compared_as_scikit_image_and_torchmetrics_do() -> None:
    rng = np.random.default_rng(7)
    a = rng.integers(0, 256, (192, 176, 3), np.uint8)
    b = np.clip(a + rng.normal(0, 25, a.shape), 0, 255).astype(np.uint8)
    assert pixels.psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b), rel=1e-12)
    whole = structural_similarity(
        a, b, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255
    )
    assert pixels.ssim(a, b) == pytest.approx(whole, abs=1e-9)
    x, y = (torch.from_numpy(one).permute(2, 0, 1)[None].double() for one in (a, b))
    assert pixels.ms_ssim(a, b) == pytest.approx(by_convolution(x, y), abs=1e-9)
    # The library counts mirrored borders in its last scale, where the paper has whole windows only.
    assert pixels.ms_ssim(a, b) == pytest.approx(float(library_ms_ssim(x, y, data_range=255.0)), abs=5e-4)
    assert pixels.psnr(a, a) == float("inf")
    assert pixels.ssim(a, a) == pytest.approx(1)
    with pytest.raises(ValueError, match="different shapes"):
        pixels.psnr(a, b[1:])


def test_spectra_are_those_of_torch() -> None:
    rng = np.random.default_rng(8)
    real = rng.normal(size=6000)
    made = 0.5 * real + rng.normal(0, 0.1, 6000)
    rows = []
    for size, hop, window in spectra.WINDOWS:
        a, b = (
            torch.stft(torch.from_numpy(one), size, hop, window, torch.hann_window(window, dtype=torch.float64),
                       return_complex=True).abs().clamp_min(1e-7)
            for one in (made, real)
        )  # fmt: skip
        rows.append((float((b - a).norm() / b.norm()), float((a.log() - b.log()).abs().mean())))
    found = spectra.multi_stft(made, real)
    assert found == pytest.approx(tuple(np.mean(rows, 0)), rel=1e-9)
    assert spectra.multi_stft(real, real) == (0, 0)
    assert spectra.multi_stft(real / 2, real).convergence == pytest.approx(0.5)


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
