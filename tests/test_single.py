"""Checkpoints in one file make what their diffusers folders make, and the shipped configurations are the true ones."""

import functools
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engines import contract
from engines.contract import EngineCard, Image, Refused, Request
from engines.files import assets
from engines.pipelines import schema, single, vocabulary
from engines.pipelines.engine import Pipeline
from engines.pipelines.folder import Folder
from engines.shelf import Model
from tests import model_headers, original_layout
from tests.checkpoints import BUILDERS, Checkpoint, Checkpoints
from tests.runs import aligned, ended


def model(path: Path) -> EngineCard:
    found = schema.described(path)
    assert isinstance(found, Model)
    return found.card


def drawn(card: EngineCard, request: Request) -> np.ndarray:
    made = ended(aligned(Pipeline(card)), contract.check(card, request)).media
    assert isinstance(made, Image)
    return made.pixels


# ---------------------------------------------------------------- agreement


@pytest.mark.parametrize("name", BUILDERS)
def test_a_file_makes_what_its_folder_makes(name: str, checkpoints: Checkpoints) -> None:
    checkpoint = checkpoints(name)
    source, folder = single.source_of(checkpoint.file), Folder(checkpoint.folder)
    loaded = {part: made for part, _, made in source.load(torch.float32)}
    wanted = {part: made for part, _, made in folder.load(torch.float32)}
    assert loaded.keys() == wanted.keys()
    assert source.kind() is folder.kind()
    for part, net in wanted.items():
        if isinstance(net, torch.nn.Module):
            theirs, ours = net.state_dict(), loaded[part].state_dict()
            assert theirs.keys() == ours.keys()
            assert all(torch.equal(theirs[key], ours[key]) for key in theirs)
            assert not loaded[part].training
    assert dict(source.changes["unet"]) == {"sd1 inpaint": {"in_channels": 9}, "sd2": {"sample_size": 96}}.get(name, {})


@pytest.mark.parametrize("name", BUILDERS)
def test_the_cards_and_pictures_of_both_agree(name: str, checkpoints: Checkpoints) -> None:
    checkpoint = checkpoints(name)
    cards = [model(checkpoint.file), model(checkpoint.folder)]
    assert cards[0].params == cards[1].params
    assert cards[0].info.title == f"my.{name}"
    assert (cards[0].info.sizes, cards[0].info.takes) == (cards[1].info.sizes, cards[1].info.takes)
    words: dict[str, Any] = {"prompt": "a red boat", "seed": 4, "size": (64, 64), "options": {"steps": 2}}
    if "inpaint" in name:
        shown = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
        words |= {"start": Image(shown), "mask": Image(shown[..., 0])}
    pictures = [drawn(card, Request(engine=card.info.name, **words)) for card in cards]
    assert np.array_equal(*pictures)
    assert pictures[0].std() > 1


def test_the_weights_are_loaded_in_the_wished_precision_part_by_part(checkpoint: Checkpoint) -> None:
    steps = list(single.source_of(checkpoint.file).load(torch.bfloat16))
    fractions = [done for _, done, _ in steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    for _, _, part in steps:
        if isinstance(part, torch.nn.Module):
            assert {tensor.dtype for tensor in part.parameters()} == {torch.bfloat16}


def test_the_library_loads_the_same_from_the_file(checkpoints: Checkpoints) -> None:
    from diffusers import AutoencoderKL, UNet2DConditionModel

    checkpoint = checkpoints("sdxl")
    ours = {part: made for part, _, made in single.source_of(checkpoint.file).load(torch.float32)}
    for part, kind in (("unet", UNet2DConditionModel), ("vae", AutoencoderKL)):
        pack = str(checkpoint.pack)
        theirs = kind.from_single_file(str(checkpoint.file), config=pack, subfolder=part, local_files_only=True)
        assert all(torch.equal(value, ours[part].state_dict()[key]) for key, value in theirs.state_dict().items())


def test_old_names_of_the_text_encoder_are_known(checkpoint: Checkpoint, tmp_path: Path) -> None:
    start = "cond_stage_model.transformer."
    old = {name.replace(start + "text_model.", start): tensor for name, tensor in checkpoint.state.items()}
    save_file(old, tmp_path / "old.safetensors")
    source = single.source_of(tmp_path / "old.safetensors")
    loaded = {part: made for part, _, made in source.load(torch.float32)}["text_encoder"].state_dict()
    assert torch.equal(
        loaded["final_layer_norm.weight"], checkpoint.state[start + "text_model.final_layer_norm.weight"]
    )


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ({}, {}),
        ({"v_pred": torch.ones(1)}, {"prediction_type": "v_prediction"}),
        (
            {"v_pred": torch.ones(1), "ztsnr": torch.ones(1)},
            {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True, "timestep_spacing": "trailing"},
        ),
    ],
)
def test_marks_in_a_file_tell_how_it_learnt(
    marks: dict[str, torch.Tensor], said: dict[str, Any], checkpoints: Checkpoints, tmp_path: Path
) -> None:
    checkpoint = checkpoints("sdxl")
    source = single.source_of(checkpoint.saved(tmp_path / "m.safetensors", **marks))
    assert source.changes["scheduler"] == said
    scheduler = source.skeleton().scheduler
    assert {name: scheduler.config[name] for name in said} == said


@pytest.mark.parametrize(("spread", "v"), [(0.05, False), (0.2, True)])
def test_numbers_tell_the_two_kinds_of_sd2_apart(
    spread: float, v: bool, checkpoints: Checkpoints, tmp_path: Path
) -> None:
    checkpoint = checkpoints("sd2")
    bias = torch.tensor([spread, -spread] * 4)
    source = single.source_of(checkpoint.saved(tmp_path / "m.safetensors", **{single.TOLD: bias}))
    assert source.changes["scheduler"] == ({"prediction_type": "v_prediction"} if v else {})
    assert schema.picture_sizes(source.skeleton())[0][0] == ((768, 768) if v else (64, 64))


# ---------------------------------------------------------------- the shipped configurations

TRUE = {  # numbers of parameters, as published
    "sd1": {"unet": 859_520_964, "vae": 83_653_863, "text_encoder": 123_060_480},
    "sd2": {"unet": 865_910_724, "vae": 83_653_863, "text_encoder": 340_387_840},
    "sdxl": {
        "unet": 2_567_463_684,
        "vae": 83_653_863,
        "text_encoder": 123_060_480,
        "text_encoder_2": 694_659_840,
    },
}
SIDES = {"sd1": 512, "sd2": 512, "sdxl": 1024}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A file of true size: its names are those of the shipped configurations the other way round, its data a hole."""

    def file(family: str) -> Path:
        pack = Folder(assets.path(single.PACKS) / family)
        nets = SimpleNamespace(**{part: pack._empty(part) for part in TRUE[family]})
        shapes = {name: tuple(tensor.shape) for name, tensor in original_layout.state(family, nets).items()}
        extra = {"cond_stage_model.model.transformer.resblocks.23.ln_1.weight": (1024,)} if family == "sd2" else {}
        extra |= {"model_ema.decay": (), "alphas_cumprod": (1000,)}
        return model_headers.write(tmp_path_factory.mktemp("whole") / f"{family}.safetensors", shapes | extra)

    return functools.cache(file)


@pytest.mark.parametrize("family", TRUE)
def test_a_file_of_true_size_is_described_without_its_weights(family: str, whole: Callable[[str], Path]) -> None:
    pipe = single.source_of(whole(family)).skeleton()
    assert {part: sum(p.numel() for p in getattr(pipe, part).parameters()) for part in TRUE[family]} == TRUE[family]
    found = schema.described(whole(family))
    assert isinstance(found, Model)
    assert found.card.info.sizes[0] == (SIDES[family], SIDES[family])
    assert found.card.info.tokens == 77
    assert found.fits["lora"][0] == f"{family} {pipe.unet.config.cross_attention_dim}"
    assert f"{sum(TRUE[family].values()) * 2 / 1e9:.1f} GB" in found.card.info.summary


PHRASES = {  # as simple_tokenizer.py of github openai/CLIP numbers them
    "a photo of a cat": [320, 1125, 539, 320, 2368],
    "Ein schöner Tag, 2026": [24524, 844, 7255, 998, 3640, 267, 273, 271, 273, 277],
    "東京の夜, neon": [48338, 21078, 105, 21575, 23170, 506, 267, 13919],
    "(masterpiece:1.2), 8k uhd": [263, 12066, 281, 272, 269, 273, 2361, 279, 330, 84, 4414],
    "it's  a   \n dog's life": [585, 568, 320, 1929, 568, 970],
    "🦊 fox": [6040, 488, 3240],
    "supercalifragilistic": [1642, 2857, 13093, 2076, 1561],
    "": [],
}


@pytest.mark.parametrize(("family", "name", "pad"), [("sd1", "", 49407), ("sd2", "", 0), ("sdxl", "_2", 0)])
def test_tokenizers_are_made_of_the_one_vocabulary(
    family: str, name: str, pad: int, whole: Callable[[str], Path]
) -> None:
    tokenizer = getattr(single.source_of(whole(family)).skeleton(), f"tokenizer{name}")
    for text, ids in PHRASES.items():
        assert tokenizer(text)["input_ids"] == [49406, *ids, 49407]
    assert tokenizer("x", padding="max_length").input_ids[3:] == [pad] * 74
    assert len(tokenizer) == 49408


def test_a_broken_vocabulary_costs_a_sentence(
    whole: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models/clip").mkdir(parents=True)
    shutil.copytree(assets.path("models/sd1"), tmp_path / "models/sd1")
    (tmp_path / vocabulary.FILE).write_bytes(b"\x1f\x8b no")
    monkeypatch.setenv("DARKROOM_OWN_ASSETS", str(tmp_path))
    with pytest.raises(Refused, match="the vocabulary of CLIP, cannot be read"):
        single.source_of(whole("sd1")).tokenizer()


def test_prompts_are_counted_before_a_model_is_loaded(checkpoint: Checkpoint) -> None:
    for path in (checkpoint.file, checkpoint.folder):
        assert Pipeline(model(path)).count_tokens("ab") == 4  # two letters and the two ends
