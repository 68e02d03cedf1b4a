"""The agreement of what is measured on sounds, clips, surfaces and words."""

from __future__ import annotations

import math

import numpy as np
import torch

from engines.contract import Mesh
from engines.files import loudness
from engines.metrics import agreement, clips, direction, keys, likeness, onsets, surfaces
from engines.metrics.agreement import Told


def _loudness() -> float:
    """Sines at 48 kHz: by the power of the filters whose coefficients BS.1770-5 prints in its tables 1 and 2."""
    from scipy.signal import freqz

    shelf = (1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)
    high = (1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)
    pairs, rate = [], 48_000
    for hertz, size in ((60, 0.9), (997, 0.1), (4000, 0.5), (12_000, 0.3)):
        wave = size * np.sin(2 * np.pi * hertz * np.arange(4 * rate) / rate)
        gain = np.prod([np.abs(freqz(*one, worN=[hertz], fs=rate)[1][0]) ** 2 for one in (shelf, high)])
        exact = -0.691 + 10 * np.log10(2 * size**2 / 2 * gain)  # both channels add up
        pairs.append((loudness.loudness(np.stack([wave, wave], 1), rate), float(exact)))
    return max(abs(ours - exact) for ours, exact in pairs)


def _onsets() -> float:
    """The hits against a largest matching of the graph of what is near."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_bipartite_matching

    worst = 0.0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        a, b = np.sort(rng.uniform(0, 3, 30)), np.sort(rng.uniform(0, 3, 40))
        near = csr_matrix(np.abs(a[:, None] - b[None]) <= onsets.NEAR)
        hits = int((maximum_bipartite_matching(near, "column") >= 0).sum())
        worst = max(worst, abs(onsets.agreement(a, b) - 2 * hits / 70))
    return worst


def chord_song(tonic: int, minor: bool, rate: int = 22_050) -> np.ndarray:
    """I-IV-V-I of a key as sines with two overtones each, (N,)."""
    third, steps = (3 if minor else 4), ((0, minor), (5, minor), (7, False), (0, minor))
    t = np.arange(rate) / rate
    parts = []
    for root, dark in steps:
        notes = [root, root + (third if root == 0 else 3 if dark else 4), root + 7, root + 12]
        hertz = [220 * 2 ** ((tonic - 9 + note) / 12) for note in notes]
        parts.append(sum(np.sin(2 * np.pi * one * k * t) / k**2 for one in hertz for k in (1, 2, 3)))
    return np.concatenate(parts) * 0.1


def _key() -> float:
    """The share of the 24 keys that are not heard in a cadence of theirs."""
    wrong = [
        keys.heard(chord_song(tonic, minor), 22_050) != (tonic, "minor" if minor else "major")
        for tonic in range(12)
        for minor in (False, True)
    ]
    return float(np.mean(wrong))


def _tempo() -> float:
    """Clicks of known tempo, from 70 to 170 beats a minute."""
    rate, pairs = 22_050, []
    for beats in (70, 97, 120, 133, 168):
        sound = np.zeros(10 * rate)
        for at in (np.arange(0, 9.5, 60 / beats) * rate).astype(int):
            sound[at : at + 2000] += np.exp(-np.arange(2000) / 300) * np.sin(np.arange(2000) * 0.2)
        heard = onsets.tempo(sound, rate)
        pairs.append((heard * 2 ** round(math.log2(beats / heard)), float(beats)))
    return agreement.off(pairs)


def _direction() -> float:
    rng = np.random.default_rng(2)
    made, start, new, old = (torch.from_numpy(rng.normal(size=(20, 16))) for _ in range(4))
    theirs = torch.nn.functional.cosine_similarity(made - start, new - old)
    ours = direction.directions(made.numpy(), start.numpy(), new.numpy(), old.numpy())
    return agreement.off(list(zip(ours, theirs.tolist(), strict=True)))


def _retrieval() -> float:
    from torchmetrics.retrieval import RetrievalHitRate

    rng = np.random.default_rng(3)
    pictures, words = (torch.from_numpy(rng.normal(size=(40, 8))).float() for _ in range(2))
    theirs = RetrievalHitRate(top_k=5)
    theirs.update(
        (pictures @ words.T).flatten(), torch.eye(40).long().flatten(), torch.arange(40).repeat_interleave(40)
    )
    return abs(likeness.retrieval(pictures, words, 5) - float(theirs.compute()))


def _clips() -> float:
    rng = np.random.default_rng(5)
    x, frames = rng.normal(size=(9, 12)), rng.integers(0, 256, (9, 6, 5, 3), np.uint8)
    steady = torch.nn.functional.cosine_similarity(torch.from_numpy(x[:-1]), torch.from_numpy(x[1:])).mean()
    light = torch.from_numpy(frames).double().mean((1, 2, 3))
    jumps = (light[2:] - 2 * light[1:-1] + light[:-2]).abs().mean()
    return agreement.off([(clips.consistency(x), float(steady)), (clips.flicker(frames), float(jumps))])


def ball(seed: int) -> Mesh:
    """An icosphere with bumps."""
    import trimesh

    found = trimesh.creation.icosphere(2)
    bumps = 1 + 0.1 * np.random.default_rng(seed).normal(size=(len(found.vertices), 1))
    return Mesh((found.vertices * bumps).astype(np.float32), found.faces.astype(np.int32))


def _surfaces() -> float:
    """All figures against every distance of the same points."""
    from scipy.spatial.distance import cdist

    one, other = ball(1), ball(2)
    ours = surfaces.compared(one, other, 0.02, points=600)
    (a, na), (b, nb) = (surfaces.sampled(mesh, 600, n) for n, mesh in enumerate((one, other)))
    away = cdist(a, b)
    near = 0.02 * float(np.linalg.norm(np.ptp(other.vertices, axis=0)))
    precision, recall = ((away.min(k) <= near).mean() for k in (1, 0))
    bent = np.abs((na * nb[away.argmin(1)]).sum(1)).mean() + np.abs((nb * na[away.argmin(0)]).sum(1)).mean()
    exact = (away.min(1).mean() + away.min(0).mean()) / 2, 2 * precision * recall / (precision + recall), bent / 2
    return agreement.off(list(zip(ours, map(float, exact), strict=True)))


def _closed() -> float:
    """How often trimesh is of another opinion whether a surface is watertight: whole, and with faces missing."""
    import trimesh

    whole = ball(3)
    cut = [whole, *(Mesh(whole.vertices, np.delete(whole.faces, n, 0)) for n in range(5))]
    theirs = [trimesh.Trimesh(one.vertices, one.faces, process=False).is_watertight for one in cut]
    return float(np.mean([(surfaces.open_edges(one) == 0) != told for one, told in zip(cut, theirs, strict=True)]))


ROWS: tuple[Told, ...] = (
    ("loudness, in LU", "BS.1770's printed filters, on sines", _loudness, 0.01),
    ("onset agreement", "scipy's largest matching", _onsets, 1e-12),
    ("key", "cadences in all 24 keys", _key, 0.0),
    ("tempo", "clicks", _tempo, 0.01),
    ("directional CLIP-score", "torch's cosines", _direction, 1e-9),
    ("retrieval", "torchmetrics' hit rate", _retrieval, 1e-6),
    ("consistency, flicker", "torch's cosines and differences", _clips, 1e-9),
    ("chamfer, F-score, normals", "scipy's distances of all points", _surfaces, 1e-9),
    ("open edges", "trimesh's watertightness", _closed, 0.0),
)
