"""Previews by a small autoencoder: as a folder and as TAESD's own file, and only one that tells something."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engines import shelf
from engines.contract import Refused, Request, Result, Step, check
from engines.pipelines import linear
from engines.pipelines.engine import Pipeline
from tests.tiny.pipelines import folder


@pytest.fixture(scope="module")
def shelved(pipelines_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A model on a shelf, and small autoencoders: one that has learnt its latents and one of chance."""
    import diffusers

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DARKROOM_MODELS", str(tmp_path_factory.mktemp("shelf")))
        model = shelf.opened(folder("sd15", pipelines_root))
        assert isinstance(model, shelf.Model)
        torch.manual_seed(0)
        wide = int(model.fits["preview"][0].split()[1])
        sides = {"decoder_block_out_channels": (16,) * 4, "encoder_block_out_channels": (16,) * 4}
        plain = {
            "num_decoder_blocks": (1, 1, 1, 1),
            "num_encoder_blocks": (1, 1, 1, 1),
            "latent_channels": wide,
            "upsampling_scaling_factor": 1,
        }
        files = tmp_path_factory.mktemp("files")
        diffusers.AutoencoderTiny(**sides, **plain).save_pretrained(files / "chance")
        learnt = diffusers.AutoencoderTiny(**sides, **plain)
        _teach(learnt.decoder, Pipeline(model.card)._decoders()["vae"])
        learnt.save_pretrained(files / "learnt")
        yield model.card, files, learnt


def _teach(decoder: Any, vae: Any) -> None:
    """The mean colours of the pictures from their latents, so well that the linear map is beaten."""
    pairs = [
        (torch.from_numpy(latents)[None] * vae.config.scaling_factor, torch.from_numpy(colours).permute(2, 0, 1)[None])
        for latents, colours in linear.examples(vae, linear.PICTURES)
    ]
    optimiser = torch.optim.Adam(decoder.parameters(), 5e-3)
    for _ in range(80):
        loss = torch.zeros(())
        for latents, colours in pairs:
            seen = torch.nn.functional.adaptive_avg_pool2d(decoder(latents) / 2 + 0.5, colours.shape[-2:])
            loss = loss + (seen - colours).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def steps(card: Any, preview: str) -> tuple[list[Any], Any]:
    """What is shown of each step, and the result."""
    shown, result = [], None
    options = {"steps": 2, "preview": preview}
    request = check(card, Request(engine=card.info.name, prompt="a boat", seed=3, size=(64, 64), options=options))
    for event in Pipeline(card).generate(request):
        if isinstance(event, Step):
            shown.append(event.preview())
        elif isinstance(event, Result):
            result = event.media
    return shown, result


def test_one_that_fits_is_measured_and_shows_the_steps(shelved: Any) -> None:
    """One of chance loses to the linear map; one that has learnt wins; what is made stays the same."""
    card, files, _ = shelved
    plain, result = steps(card, "linear")
    with pytest.raises(Refused, match="open one"):
        steps(card, "tiny")
    part = shelf.opened(files / "chance")
    assert isinstance(part, shelf.Part)
    assert part.kind == "preview"
    assert np.array_equal(steps(card, "auto")[0][-1].pixels, plain[-1].pixels)
    assert not np.array_equal(steps(card, "tiny")[0][-1].pixels, plain[-1].pixels)
    shelf.opened(files / "learnt")
    shown, again = steps(card, "auto")
    assert np.array_equal(again.pixels, result.pixels)
    assert not np.array_equal(shown[-1].pixels, plain[-1].pixels)
    assert np.array_equal(steps(card, "tiny")[0][-1].pixels, shown[-1].pixels)


def test_a_file_as_taesd_keeps_it_is_the_same(shelved: Any, tmp_path: Path) -> None:
    import diffusers

    from engines.pipelines import tiny

    torch.manual_seed(1)
    whole = diffusers.AutoencoderTiny(latent_channels=16)
    names = {}
    for name, tensor in whole.decoder.state_dict().items():
        _, number, rest = name.split(".", 2)
        names[f"{int(number) + 1}.{rest}"] = tensor
    save_file(names, tmp_path / "taef1_decoder.safetensors")
    part = shelf.opened(tmp_path / "taef1_decoder.safetensors")
    assert isinstance(part, shelf.Part)
    assert (part.kind, part.base) == ("preview", "latents 16")
    latents = torch.randn(1, 16, 4, 4)
    with torch.no_grad():
        assert torch.equal(tiny.load(part, "cpu", torch.float32)(latents), whole.decoder(latents))


def test_latents_are_put_back_as_the_network_had_them(shelved: Any) -> None:
    from engines.pipelines import space

    vae = Pipeline(shelved[0])._decoders()["vae"]
    plain = torch.randn(1, 4, 2, 2)
    assert torch.allclose(space.unscaled(vae, space._scaled(vae, plain)), plain, atol=1e-6)
