"""The pool a flow network learns from: composed pictures as latents, their captions as token states, both on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.device import autocast
from engines.nn.autoencoder import LATENT, Autoencoder
from engines.nn.text import WIDTH, TextEncoder
from engines.training.pool import Composer

SCENES = {"count": 20000, "pair": 17000, "background": 4000, "worn": 5000}
TOKENS = 20  # of a caption that are kept; no caption of ours is longer
WAYS = {"plain": 24, "coloured": 7}  # how many captions a single thing gets
Row = tuple[int, list[int]]  # a picture and its captions


@dataclass(frozen=True)
class Pool:
    """`latents` float16 (N, 16, 16, 16) of `pixels` uint8 (N, 4, 128, 128); `rows` by kind; `tokens` float16
    (captions, TOKENS, 384) and `lengths`."""

    latents: Tensor
    pixels: np.ndarray
    rows: dict[str, list[Row]]
    tokens: np.ndarray
    lengths: np.ndarray
    empty: int

    def pictures(self, numbers: list[int]) -> Tensor:
        """Pictures (B, 4, 128, 128) in [-1, 1]."""
        return torch.from_numpy(np.stack([self.pixels[n] for n in numbers])).float() / 127.5 - 1

    def embedded(self, captions: list[int]) -> tuple[Tensor, Tensor]:
        """Token states (B, L, 384) and mask (B, L) of these captions."""
        longest = int(self.lengths[captions].max())
        states = torch.from_numpy(np.stack([self.tokens[c, :longest] for c in captions])).float()
        mask = torch.arange(longest)[None] < torch.from_numpy(self.lengths[captions].astype(np.int64))[:, None]
        return states, mask


def compose(composer: Composer, folder: Path) -> None:
    """Draw every thing once and the scenes, with their captions: pool_px.npy and pool.json in `folder`."""
    if (folder / "pool.json").exists():
        return
    count = len(composer.things) + sum(SCENES.values())
    shape = (count, 4, 128, 128)
    pixels = np.lib.format.open_memmap(folder / "pool_px.npy", mode="w+", dtype=np.uint8, shape=shape)
    rows: list[tuple[int, str, list[str]]] = []
    for thing in composer.things:
        kind = "plain" if thing.colour is None else "coloured"
        pixels[len(rows)] = _bytes(composer.single(thing))
        rows.append((len(rows), kind, sorted(set(composer.captions(thing, WAYS[kind])))))
    for kind, many in SCENES.items():
        for _ in range(many):
            picture, words = composer.scene(kind)
            pixels[len(rows)] = _bytes(picture)
            rows.append((len(rows), kind, [words]))
    pixels.flush()
    captions = sorted({w for _, _, words in rows for w in words} | {""})
    index = {words: i for i, words in enumerate(captions)}
    table = [(i, kind, [index[w] for w in words]) for i, kind, words in rows]
    (folder / "pool.json").write_text(json.dumps({"captions": captions, "rows": table}))


def embed(folder: Path, device: str) -> None:
    """Token states of every caption: cap_tok.npy and cap_len.npy."""
    if (folder / "cap_len.npy").exists():
        return
    captions = json.loads((folder / "pool.json").read_text())["captions"]
    shape = (len(captions), TOKENS, WIDTH)
    states = np.lib.format.open_memmap(folder / "cap_tok.npy", mode="w+", dtype=np.float16, shape=shape)
    lengths = np.zeros(len(captions), np.int16)
    encoder = TextEncoder(device)
    order = sorted(range(len(captions)), key=lambda i: len(captions[i]))  # alike lengths together waste nothing
    for start in range(0, len(order), 128):
        some = order[start : start + 128]
        found, mask = encoder.encode([captions[i] for i in some], TOKENS)
        for row, i in enumerate(some):
            states[i, : found.shape[1]] = found[row].half().cpu().numpy()
            lengths[i] = int(mask[row].sum())
    states.flush()
    np.save(folder / "cap_len.npy", lengths)


@torch.no_grad()
def encode(network: Autoencoder, folder: Path, device: str) -> None:
    """Every composed picture as a latent: lat.npy."""
    if (folder / "lat.npy").exists():
        return
    pixels = np.load(folder / "pool_px.npy", mmap_mode="r")
    out = np.zeros((len(pixels), LATENT, 16, 16), np.float16)
    for start in range(0, len(pixels), 64):
        x = torch.from_numpy(pixels[start : start + 64].astype(np.float32) / 127.5 - 1)
        with autocast(device):
            z = network.encode(x.to(device))
        out[start : start + 64] = z.float().half().cpu().numpy()
    np.save(folder / "lat.npy", out)


def pool(folder: Path) -> Pool:
    """The pool in `folder`, as the three functions above left it."""
    held = json.loads((folder / "pool.json").read_text())
    rows: dict[str, list[Row]] = {}
    for picture, kind, captions in held["rows"]:
        rows.setdefault(kind, []).append((picture, captions))
    latents = torch.from_numpy(np.load(folder / "lat.npy"))
    tokens, lengths = np.load(folder / "cap_tok.npy", mmap_mode="r"), np.load(folder / "cap_len.npy")
    pixels = np.load(folder / "pool_px.npy", mmap_mode="r")
    return Pool(latents, pixels, rows, tokens, lengths, held["captions"].index(""))


def _bytes(picture: Tensor) -> np.ndarray:
    return ((picture + 1) * 127.5).round().byte().numpy()
