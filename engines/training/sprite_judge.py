"""Judge image/sprite: retrieval by a small image-text judge, Frechet distance, nearest training pictures.

The judge looks with EfficientNet-lite0 (1280 numbers) and a colour histogram, reads with the text encoder's mean token,
and learns by contrast (Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", 2021)
on pictures the generator never sees. What is judged is held out from both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.contract import Request
from engines.metrics import concepts as metric
from engines.metrics.frechet import frechet
from engines.nn import stored
from engines.nn.palette import enlarged
from engines.nn.sprite import Model, levels_of, network, sprites_of
from engines.nn.text import TextEncoder
from engines.training import copies as duplicates
from engines.training.fit import Report
from engines.training.sprite_pool import Pool
from engines.training.sprite_things import part

SEEN, BINS, WORDS = 1280, 226, 384
MIXED = {"pair": 60, "character": 20, "name": 20}  # the 100 held-out captions, by what of them is new
DUPLICATE = 0.06  # root mean square distance; what lies within it is told beside the line that real ones draw
CHARACTERS = 500  # of the judge's part that it is shown

Draw = Callable[[str, int], np.ndarray]  # (prompt, seed) -> sprite, uint8 (32, 32, 4)


class Judge(nn.Module):
    """`likeness(seen, read)`: pictures' numbers (N, 1506) and captions' (M, 384) to log-odds (N, M)."""

    mean: Tensor
    spread: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.eye = nn.Sequential(nn.Linear(SEEN + BINS, 512), nn.GELU(), nn.Dropout(0.3), nn.Linear(512, 192))
        self.ear = nn.Sequential(nn.Linear(WORDS, 384), nn.GELU(), nn.Linear(384, 192))
        self.sharp = nn.Parameter(torch.tensor(2.5))
        self.register_buffer("mean", torch.zeros(SEEN + BINS))
        self.register_buffer("spread", torch.ones(SEEN + BINS))

    def likeness(self, seen: Tensor, read: Tensor) -> Tensor:
        picture = functional.normalize(self.eye((seen - self.mean) / self.spread), dim=-1)
        caption = functional.normalize(self.ear(read), dim=-1)
        return self.sharp.exp().clamp(max=100) * picture @ caption.T


def look(eyes: Any, sprites: np.ndarray) -> Tensor:
    """What the judge sees of sprites, uint8 (N, 32, 32, 4): (N, 1506)."""
    seen = metric.features(eyes, np.stack([over(sprite, 5) for sprite in sprites]))
    bins = []
    for sprite in sprites:
        visible = sprite[sprite[..., 3] > 0][:, None, :3]
        bins.append(metric.histogram(np.repeat(np.repeat(visible, 2, 0), 2, 1)))
    return torch.cat([seen, 4 * torch.from_numpy(np.stack(bins))], 1)


def over(sprite: np.ndarray, factor: int = 1, ground: int = 208) -> np.ndarray:
    """A sprite over light grey, enlarged, uint8 (H, W, 3)."""
    return enlarged(np.where(sprite[..., 3:] > 0, sprite[..., :3], np.uint8(ground)), factor)


def read(encoder: TextEncoder, captions: list[str]) -> Tensor:
    """The mean token state of each caption, (N, 384)."""
    states, mask = encoder.encode(captions)
    return states.sum(1) / mask.sum(1, keepdim=True)


def train(pool: Pool, eyes: Any, encoder: TextEncoder, rounds: int = 600) -> Judge:
    """A judge trained on its own part of the pool by contrast within batches of 256."""
    rng = np.random.default_rng(3)
    mine = [i for i, row in enumerate(pool.rows) if row.part == "judge" and row.kind != "character"]
    mine += [i for i, row in enumerate(pool.rows) if row.part == "judge" and row.kind == "character"][:CHARACTERS]
    seen = look(eyes, pool.pixels[mine])
    words = sorted({said for i in mine for said in pool.rows[i].words})
    known, place = read(encoder, words), {said: k for k, said in enumerate(words)}
    torch.manual_seed(3)
    judge = Judge()
    judge.mean.copy_(seen.mean(0))
    judge.spread.copy_(seen.std(0) + 0.05)
    optimiser = torch.optim.AdamW(judge.parameters(), lr=1e-3, weight_decay=0.05)
    for step in range(rounds):
        optimiser.param_groups[0]["lr"] = 1e-3 * (1 - step / rounds)
        some = rng.choice(len(mine), min(256, len(mine)), replace=False)
        said = [pool.rows[mine[k]].words for k in some]
        heard = known[[place[w[int(rng.integers(len(w)))]] for w in said]]
        odds = judge.likeness(seen[some], heard)
        right = torch.arange(len(some))
        optimiser.zero_grad()
        (functional.cross_entropy(odds, right) + functional.cross_entropy(odds.T, right)).backward()
        optimiser.step()
    return judge.eval().requires_grad_(False)


def trained(pool: Pool, eyes: Any, encoder: TextEncoder, path: Path) -> Judge:
    """The trained judge, from its file when it is there."""
    judge = Judge().eval().requires_grad_(False)
    if not path.exists():
        torch.save(train(pool, eyes, encoder).state_dict(), path)
    judge.load_state_dict(torch.load(path, weights_only=True))
    return judge


def kept(path: Path, make: Callable[[], Tensor]) -> Tensor:
    """What `make` gives, from its file when it is there."""
    if not path.exists():
        torch.save(make(), path)
    return torch.load(path, weights_only=True)


def retrieved(odds: Tensor, best: int) -> Tensor:
    """Whether picture i finds caption i among its `best` likeliest ones, bool (N,); `odds` is (N, N)."""
    found = odds.topk(best, 1).indices
    return (found == torch.arange(len(odds))[:, None]).any(1)


# ---------------------------------------------------------------- what is judged


def questions(pool: Pool, mixed: dict[str, int] | None = None) -> list[tuple[int, str, str]]:
    """Held-out pictures of the pool with captions that all differ: (number, caption, what of it is new).

    A 'pair' is a known thing in a colour it was never shown in, a 'character' a dress never shown, a 'name' a thing of
    which no drawing was ever shown.
    """
    rng, found, names = np.random.default_rng(7), list[tuple[int, str, str]](), set[str]()
    left = dict(mixed or MIXED)
    rows = [i for i, row in enumerate(pool.rows) if row.part == "test"]
    for i in rng.permutation(rows).tolist():
        row = pool.rows[i]
        new = "character" if row.kind == "character" else "name" if part(row.name) == "test" else "pair"
        if left.get(new, 0) and row.name not in names and (new != "pair" or row.colour):
            found.append((i, row.words[0], new))
            names.add(row.name)
            left[new] -= 1
    return found


@dataclass(frozen=True)
class Findings:
    """What `evaluate` found: figures by name, what was drawn, the captions, and the nearest training pictures."""

    figures: dict[str, float]
    drawn: np.ndarray
    captions: list[str]
    nearest: np.ndarray


def evaluate(pool: Pool, data_dir: Path, out_dir: Path, device: str, report: Report) -> Findings:
    """Check the judge on real pictures, draw the 100 held-out captions, and measure them."""
    eyes, encoder, asked = metric.extractor(), TextEncoder("cpu"), questions(pool)
    captions = [said for _, said, _ in asked]
    judge, heard = trained(pool, eyes, encoder, data_dir / "judge.pt"), read(encoder, captions)
    real, far = real_pictures(pool, eyes, data_dir)
    odds = judge.likeness(real, heard)
    figures = {"real top 1": _share(odds, 1), "real top 5": _share(odds, 5)}
    figures |= {f"real top 5 of {new}": _share_of(odds, asked, new) for new in MIXED}
    report("judge on real held-out pictures", **figures)
    model = Model(stored.read(network, out_dir / "sprite.safetensors", device), TextEncoder(device))
    drawn = np.stack([draw(model, said, seed) for seed, said in enumerate(captions)])
    blind = np.stack([draw(model, "", seed, guidance=1.0) for seed in range(len(captions))])
    seen, unled = look(eyes, drawn), look(eyes, blind)
    odds = judge.likeness(seen, heard)
    figures |= {"top 1": _share(odds, 1), "top 5": _share(odds, 5)}
    figures |= {f"top 5 of {new}": _share_of(odds, asked, new) for new in MIXED}
    groups = {"drawn": seen, "without words": unled, "real": real}
    figures |= {f"distance {name}": frechet(_features(some), _features(far)) for name, some in groups.items()}
    nearest, gaps = copies(pool, drawn)
    _, usual = copies(pool, pool.pixels[held_out(pool)])
    near = duplicates.found(gaps, usual)
    figures |= {"near-duplicates": near.share, "line": near.line}
    figures |= {"nearest": near.median, "nearest of real": near.median_of_real}
    figures |= {"within": float((gaps < DUPLICATE).mean()), "real within": float((usual < DUPLICATE).mean())}
    figures["most colours"] = max(len(np.unique(s[s[..., 3] > 0], axis=0)) for s in drawn)
    report("held-out captions", **figures)
    return Findings(figures, drawn, captions, nearest)


def held_out(pool: Pool, most: int = 500) -> list[int]:
    """Numbers of held-out pictures, drawn by lot."""
    rows = [i for i, row in enumerate(pool.rows) if row.part == "test"]
    return np.random.default_rng(11).permutation(rows)[:most].tolist()


def real_pictures(pool: Pool, eyes: Any, folder: Path, most: int = 300) -> tuple[Tensor, Tensor]:
    """What the judge sees of the held-out pictures of the captions, and of other held-out ones; kept in `folder`."""
    asked = [i for i, _, _ in questions(pool)]
    rest = [i for i, row in enumerate(pool.rows) if row.part == "test" and i not in set(asked)]
    rest = np.random.default_rng(9).permutation(rest)[:most].tolist()
    near = kept(folder / "near.pt", lambda: look(eyes, pool.pixels[asked]))
    return near, kept(folder / "far.pt", lambda: look(eyes, pool.pixels[rest]))


def _features(seen: Tensor) -> Tensor:
    """EfficientNet's part of what the judge sees, for Frechet distances (Heusel et al., 2017), not Inception FID."""
    return seen[:, :SEEN].double()


def _share_of(odds: Tensor, asked: list[tuple[int, str, str]], new: str) -> float:
    mine = torch.tensor([kind == new for _, _, kind in asked])
    return float(retrieved(odds, 5)[mine].float().mean())


def _share(odds: Tensor, best: int) -> float:
    return float(retrieved(odds, best).float().mean())


def draw(model: Model, prompt: str, seed: int, **changed: Any) -> np.ndarray:
    """One sprite with the engine's default options, uint8 (32, 32, 4)."""
    from engines.image.sprite import Options

    request, options = Request(engine="image/sprite", prompt=prompt, seed=seed), Options(**changed)
    denoise = model.denoiser(request, options)
    *_, last = model.states(request, options, denoise)
    assert last.index == len(levels_of(options)) - 1
    return sprites_of(last.x, request, options)[0]


def copies(pool: Pool, sprites: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest training picture of each sprite, either way round, uint8 (N, 32, 32, 4), and how far it is, (N,).

    Root mean square over premultiplied RGBA in [0, 1].
    """
    mine = pool.pixels[[i for i, row in enumerate(pool.rows) if row.part == "train"]]
    both = np.concatenate([mine, mine[:, :, ::-1]])
    flat = both.reshape(len(both), -1).astype(np.float32) / 255  # alpha is 0 or 1, and nothing is black
    square = (flat**2).sum(1)
    nearest, gaps = [], []
    for sprite in sprites:
        one = sprite.reshape(-1).astype(np.float32) / 255
        gap = square - 2 * flat @ one + (one**2).sum()
        nearest.append(both[gap.argmin()])
        gaps.append(float(np.sqrt(max(0.0, gap.min()) / len(one))))
    return np.stack(nearest), np.array(gaps)
