"""Networks that listen for the metrics. Each has `of(sound)`: one row or several, float32 (K, D), for the pieces of a
sound; one that knows words has `said` too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engines.contract import Audio
from engines.files.rate import at_rate
from engines.metrics import found
from engines.metrics.eyes import pretrained, unit

SECONDS = 10.0  # of a sound CLAP hears at once


class Spectra:
    """The spectrogram codec of audio/sound: 80 ms are 96 principal components of log-mel patches; of ten patches that
    follow each other the means and the spreads, (192,). Deterministic, and no network that was taught classes."""

    PATCHES = 10

    def __init__(self, place: Path | None = None) -> None:
        from engines.files import assets
        from engines.nn import sound_model, stored

        self._codec = stored.read(sound_model.voice, assets.path(sound_model.VOCODER)).codec

    def of(self, sound: Audio) -> np.ndarray:
        import torch

        from engines.nn import sound_mel

        mono = mono_at(sound, sound_mel.RATE)
        least = self.PATCHES * sound_mel.TOKEN
        mono = np.resize(mono, least) if len(mono) < least else mono[: len(mono) // least * least]
        with torch.no_grad():
            mel = sound_mel.log_mel(torch.from_numpy(mono).float()[None])
            pieces = self._codec.encode(mel)[0].unflatten(0, (-1, self.PATCHES))  # (K, 10, 96)
        return torch.cat([pieces.mean(1), pieces.std(1)], 1).numpy()


class Vggish:
    """VGGish, the ear of the Frechet audio distance (see `engines.nn.vggish`): 128 numbers for each 0.96 s."""

    def __init__(self, place: Path) -> None:
        from engines.nn import vggish

        self._network = found.built(vggish.network, place, "VGGish")

    def of(self, sound: Audio) -> np.ndarray:
        from engines.nn import vggish

        return vggish.heard(self._network, mono_at(sound, vggish.RATE))


class Clap:
    """CLAP (Wu et al., "Large-Scale Contrastive Language-Audio Pretraining", 2023) from a transformers folder: arrows
    of length 1, one for each ten seconds; what is shorter is repeated, as the library does."""

    def __init__(self, place: Path) -> None:
        from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

        self._model: Any = pretrained(ClapModel, place)
        self._ear: Any = pretrained(ClapFeatureExtractor, place)
        self._words: Any = pretrained(AutoTokenizer, place)

    def of(self, sound: Audio) -> np.ndarray:
        import torch

        rate = self._ear.sampling_rate
        mono = mono_at(sound, rate).astype(np.float32)
        whole = round(SECONDS * rate)
        pieces = [mono[start : start + whole] for start in range(0, max(1, len(mono) - whole // 2), whole)]
        x = self._ear(pieces, sampling_rate=rate, return_tensors="pt")
        with torch.no_grad():
            return unit(self._model.get_audio_features(**x))

    def said(self, captions: Sequence[str]) -> np.ndarray:
        """The arrows of captions."""
        import torch

        x = self._words(list(captions), padding=True, truncation=True, return_tensors="pt")
        with torch.no_grad():
            return unit(self._model.get_text_features(x["input_ids"], attention_mask=x["attention_mask"]))


def mono_at(sound: Audio, rate: int) -> np.ndarray:
    """The mean of the channels at `rate` Hz, (N,) float64."""
    return at_rate(sound.samples.mean(1, dtype=np.float64), sound.rate, rate)
