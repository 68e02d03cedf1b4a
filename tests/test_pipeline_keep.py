"""What a checkpoint of a pipeline keeps is what it was given, down to how it lies in memory."""

import msgspec
import numpy as np
import pytest
import torch

from engines.contract import Image, Request
from engines.pipelines import keep
from engines.pipelines.engine import Pipeline
from tests.runs import followed
from tests.test_pipelines import Subject, travelled

LAST = torch.channels_last


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(24.0).reshape(1, 2, 3, 4),
        torch.arange(24.0).reshape(1, 2, 3, 4).to(memory_format=LAST),
        torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1),
        torch.arange(6, dtype=torch.bfloat16).reshape(2, 3).t(),
        torch.arange(10)[::2],
        torch.tensor(3.0),
    ],
)
def test_a_tensor_comes_back_with_its_numbers_and_their_order(tensor: torch.Tensor) -> None:
    arrays = {name: np.array(array, order="C") for name, array in keep.pack({"x": tensor}).items()}
    back = keep.unpack(arrays)["x"]
    assert torch.equal(back, tensor)
    assert back.dtype == tensor.dtype
    if tensor.ndim > 1:  # a slice is kept dense
        assert back.stride() == tensor.stride()


def test_a_run_from_a_start_goes_on_to_the_very_same_latents(pipelines_root) -> None:
    subject = Subject("sd15", pipelines_root)
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    request: Request = msgspec.structs.replace(subject.request, start=Image(noise), strength=0.9, size=(64, 64))
    kept, _ = followed(subject.engine, request)
    rest, _ = followed(Pipeline(subject.card), msgspec.structs.replace(request, resume=travelled(kept[0])))
    ends = [keep.unpack(many[-1].arrays)["samples"][0] for many in (kept, rest)]
    assert torch.equal(*ends)
