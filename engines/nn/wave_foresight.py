"""Linear prediction of the next sample from the sound before it, renewed as the sound goes on.

The taps come from what is already known alone ("backward adaptive", as in ITU-T G.728, where fifty of them are renewed
every 20 samples), so that nothing has to be sent or learnt: the autocorrelation method with Levinson's and Durbin's
recursion (Makhoul, "Linear prediction: a tutorial review", 1975), whose filters are always stable. A steady tone is
foretold almost exactly. In numpy and double precision, whatever the network runs on.
"""

from __future__ import annotations

import numpy as np

ORDER = 64  # samples a prediction is made of
SPAN = 2048  # samples the taps are found in
HOP = 32  # samples between two renewals
BLOCK = 256 * HOP  # samples foretold at once: what bounds the memory a long sound takes
NOISE = 1e-5  # of the energy, added as white noise, so that the equations are well conditioned
RISE = np.hanning(2 * SPAN)[:SPAN]  # what is newer counts for more


def taps(frames: np.ndarray) -> np.ndarray:
    """The taps (N, ORDER), the one of the newest sample last, for sounds that go on after frames (N, SPAN)."""
    spectrum = np.fft.rfft(frames * RISE, 2 * SPAN, axis=1)
    r = np.fft.irfft(np.square(np.abs(spectrum)), axis=1)[:, : ORDER + 1]
    error = r[:, 0] * (1 + NOISE) + 1e-9
    found = np.zeros((len(frames), ORDER))
    for i in range(ORDER):
        turned = (r[:, i + 1] - np.einsum("nk,nk->n", found[:, :i], r[:, i:0:-1])) / error
        found[:, :i] -= turned[:, None] * found[:, :i][:, ::-1]
        found[:, i] = turned
        error = error * (1 - turned * turned)
    return found[:, ::-1]


def foretold(sounds: np.ndarray) -> np.ndarray:
    """What is foretold of every sample of sounds (B, T) by those before it, in [-1, 1], (B, T)."""
    padded = np.concatenate([np.zeros((len(sounds), SPAN)), sounds], 1)
    ends = range(0, sounds.shape[1], BLOCK)
    parts = [_foretold(padded[:, begin : begin + SPAN + BLOCK]) for begin in ends]
    return np.concatenate([sounds[:, :0], *parts], 1)


def _foretold(padded: np.ndarray) -> np.ndarray:
    """The same of sounds behind the SPAN samples before them, (B, SPAN + T) to (B, T)."""
    count, long = len(padded), padded.shape[1] - SPAN
    windows = np.lib.stride_tricks.sliding_window_view
    frames = windows(padded, SPAN, axis=1)[:, :long:HOP]
    each = taps(frames.reshape(-1, SPAN)).reshape(count, -1, ORDER)
    before = windows(padded, ORDER, axis=1)[:, SPAN - ORDER : SPAN - ORDER + long]
    return np.einsum("btk,btk->bt", before, each.repeat(HOP, 1)[:, :long]).clip(-1, 1)
