"""Same clip, same bytes: the encoder must not see what memory held before."""

import numpy as np
import pytest

from engines.contract import Video
from engines.files import media


@pytest.mark.parametrize("extension", [".mp4", ".webm"])
def test_a_clip_is_always_encoded_to_the_same_bytes(extension):
    v, u = np.mgrid[0:64, 0:64] / 64
    ball = [np.hypot(u - 0.3 - 0.03 * i, v - 0.5) < 0.2 for i in range(12)]
    shades = [127 + 120 * np.sin(6 * u + i / 3) for i in range(12)]
    frames = np.stack([np.stack([s, 255 * b, 127 + 0 * s], -1) for s, b in zip(shades, ball, strict=True)])
    clip, noise = Video(frames.astype(np.uint8), 12.0), np.random.default_rng(0)
    seen = set()
    for n in range(12):
        used = [noise.bytes(4000 + 31 * n) for _ in range(60)]  # other things in memory each time
        seen.add(media.encode(clip, extension)[-3000:])
        del used
    assert len(seen) == 1
