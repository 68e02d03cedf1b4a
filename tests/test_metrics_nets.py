"""What metrics look and listen through: the field's networks found in the user's folders, and sentences where not."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.cli import main
from engines.contract import Audio, Image, Mesh, Refused, Video
from engines.files import media
from engines.metrics import agreement_nets, evaluation, found, lpips, nets, resize, views
from engines.metrics.features import Extractor


def noise(folder: Path, count: int, seed: int) -> Path:
    folder.mkdir()
    for n, one in enumerate(agreement_nets.pictures(count, seed)):
        media.write(folder / f"{n}.png", Image(one))
        (folder / f"{n}.txt").write_text(("a red apple", "a blue car", "a dog")[n % 3])
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """A user's folder of models: an Inception in a .pth, a small CLIP, a small CLAP, AlexNet and LPIPS's layers."""
    from engines.nn import inception, perceptual

    folder = tmp_path_factory.mktemp("models")
    (folder / "fid").mkdir()
    inner = agreement_nets.randomised(inception.Inception())
    torch.save(inner.state_dict(), folder / "fid" / "pt_inception-2015-12-05-6726825d.pth")
    small_clip(folder / "clip-small")
    small_clap(folder / "clap-small")
    layers = agreement_nets.randomised(perceptual.alex())
    torch.save({f"features.{key}": one for key, one in layers.state_dict().items()}, folder / "alexnet-owt.pth")
    widths = (64, 192, 384, 256, 256)
    torch.save({f"lin{n}.model.1.weight": torch.rand(1, w, 1, 1) for n, w in enumerate(widths)}, folder / "alex.pth")
    return folder


PART: dict[str, Any] = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}


def small_clip(place: Path) -> None:
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

    letters = [chr(n) for n in range(97, 123)]
    vocabulary = [*letters, *(f"{one}</w>" for one in letters), "<|startoftext|>", "<|endoftext|>"]
    words = PART | {
        "vocab_size": len(vocabulary),
        "max_position_embeddings": 16,
        "bos_token_id": 52,
        "eos_token_id": 53,
    }
    look = PART | {"image_size": 32, "patch_size": 8}
    torch.manual_seed(0)
    config: Any = {"text_config": words, "vision_config": look, "projection_dim": 16}
    CLIPModel(CLIPConfig(**config)).save_pretrained(place)
    size: Any = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    CLIPImageProcessorPil(**size).save_pretrained(place)
    CLIPTokenizer(vocab={one: n for n, one in enumerate(vocabulary)}, merges=[]).save_pretrained(place)


def small_clap(place: Path) -> None:
    from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, RobertaTokenizer

    vocabulary = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "Ġ", *(chr(n) for n in range(97, 123))]
    words = PART | {"vocab_size": len(vocabulary), "max_position_embeddings": 20, "projection_dim": 16}
    heard = {"depths": [1, 1, 1, 1], "num_attention_heads": [1, 1, 2, 2], "patch_embeds_hidden_size": 8}
    heard |= {"hidden_size": 64, "projection_dim": 16, "enable_fusion": False}
    torch.manual_seed(0)
    config: Any = {"text_config": words, "audio_config": heard, "projection_dim": 16}
    ClapModel(ClapConfig(**config)).save_pretrained(place)
    ClapFeatureExtractor(truncation="rand_trunc").save_pretrained(place)
    RobertaTokenizer(vocab={one: n for n, one in enumerate(vocabulary)}, merges=[]).save_pretrained(place)


def test_inception_is_found_in_a_folder_of_models_and_measures(tmp_path, models, monkeypatch, capsys) -> None:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    real, fake = noise(tmp_path / "real", 3, 1), noise(tmp_path / "fake", 3, 2)
    place = models / "fid" / "pt_inception-2015-12-05-6726825d.pth"
    words = ("--real", str(real), "--fake", str(fake), "--features", f"inception={place}", "--json")
    assert main(["eval", "fid", *words]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["features"] == "inception"
    assert told["values"]["fid"] > 0
    kept = list((tmp_path / "home/data/features").glob("inception-*"))
    assert [one.name for one in kept] == [f"inception-{found.mark(place)}"]
    assert Extractor("inception-clean", folders=[models]).net.classes


def test_rules_of_resizing_are_three_things() -> None:
    """Stripes a pixel wide: TensorFlow's rule keeps some of them, the filtered ones see grey; none is rounded."""
    stripes = np.zeros((1, 598, 598, 3), np.uint8)
    stripes[:, :, ::2] = 255
    old, new, pillow = (rule(stripes, 299) for rule in (resize.tensorflow, resize.antialiased, resize.clean))
    assert float(old.min()) == float(old.max()) == 255
    assert 110 < float(new[0, :, 9:-9, 9:-9].mean()) < 145
    assert 110 < float(pillow[0, :, 9:-9, 9:-9].mean()) < 145
    grey = np.random.default_rng(0).integers(0, 256, (1, 40, 40, 3), np.uint8)
    for rule in (resize.tensorflow, resize.antialiased, resize.clean):
        x = rule(grey, 299)
        assert x.shape == (1, 3, 299, 299)
        assert x.dtype == torch.float32
        assert 0 <= float(x.min()) <= float(x.max()) <= 255
        assert float((x - x.round()).abs().max()) > 0.1


def test_clip_from_a_folder_measures_words_edits_and_surfaces(tmp_path, models) -> None:
    eyes = Extractor("clip", folders=[models])
    made, start = noise(tmp_path / "made", 4, 1), noise(tmp_path / "start", 4, 2)
    for n in range(4):
        (start / f"{n}.txt").write_text("a cat")
    told = evaluation.evaluated(evaluation.Task("clip", made, features="clip", folders=(models,)), eyes=eyes)
    assert 0 <= told.values["score"] <= 2.5
    edits = evaluation.Task("direction", made, start, "clip", folders=(models,))
    assert -1 <= evaluation.evaluated(edits, eyes=eyes).values["direction"] <= 1
    arrows = eyes.of(list(agreement_nets.pictures(2, 1)))
    assert np.allclose(np.linalg.norm(arrows, axis=1), 1, atol=1e-5)
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    solid = Mesh(corners, np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32))
    (tmp_path / "mesh").mkdir()
    media.write(tmp_path / "mesh" / "a.glb", solid)
    (tmp_path / "mesh" / "a.txt").write_text("a pyramid")
    told = evaluation.evaluated(evaluation.Task("render", tmp_path / "mesh", features="clip", folders=(models,)))
    assert told.values["top 1"] == 1


def test_views_show_a_surface_from_all_sides() -> None:
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    colours = np.tile(np.array([200, 30, 30, 255], np.uint8), (4, 1))
    solid = Mesh(corners, np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32), colours)
    shown = views.seen(solid, side=48)
    assert [one.shape for one in shown] == [(48, 48, 3)] * 4
    for one in shown:
        assert (one[0] == 255).all()
        seen = one[(one != 255).any(2)]
        assert len(seen) > 100
        assert seen[:, 0].mean() > 2 * seen[:, 2].mean()
    assert any((shown[0] != other).any() for other in shown[1:])


def sounds(folder: Path, count: int, seed: int) -> Path:
    folder.mkdir()
    rng = np.random.default_rng(seed)
    for n in range(count):
        wave = rng.normal(0, 0.1, (40_000, 1)) * np.sin(np.arange(40_000) / (3 + seed))[:, None]
        media.write(folder / f"{n}.wav", Audio(wave.astype(np.float32), 16_000))
        (folder / f"{n}.txt").write_text(("rain", "wind")[n % 2])
    return folder


def test_sounds_are_compared_by_our_codec_and_by_clap(tmp_path, models) -> None:
    real, fake = sounds(tmp_path / "real", 6, 1), sounds(tmp_path / "fake", 6, 2)
    ours = evaluation.evaluated(evaluation.Task("fad", fake, real))
    assert ours.features == "sound"
    assert ours.values["fad"] > 0
    assert evaluation.evaluated(evaluation.Task("fad", real, real)).values["fad"] < 1e-5
    theirs = evaluation.evaluated(evaluation.Task("clap", fake, folders=(models,)))
    assert -0.1 <= theirs.values["score"] <= 2.5
    assert Extractor("sound").all([real / "0.wav"]).shape == (3, 192)  # 2.5 s in pieces of 0.8 s
    level = evaluation.evaluated(evaluation.Task("loudness", fake)).values
    assert -40 < level["lufs"] < -10
    assert level["silent"] == 0


def test_vggish_hears_whole_pieces_in_its_own_layout() -> None:
    from engines.nn import vggish

    assert vggish.examples(np.zeros(16_000 * 3)).shape == (3, 1, 96, 64)
    assert vggish.examples(np.ones(500)).shape == (1, 1, 96, 64)
    with torch.device("meta"):
        state = vggish.Vggish().state_dict()
    assert {name.rsplit(".", 1)[0] for name in state} == {
        *(f"features.{n}" for n in (0, 3, 6, 8, 11, 13)),
        *(f"embeddings.{n}" for n in (0, 2, 4)),
    }
    assert state["embeddings.0.weight"].shape == (4096, 12288)


def test_clips_are_compared_by_what_they_show_and_how_they_change(tmp_path) -> None:
    for name, step in (("still", 0), ("moving", 40)):
        (tmp_path / name).mkdir()
        for n in range(2):
            frames = np.stack([np.roll(agreement_nets.pictures(1, n)[0], k * step, 1) for k in range(4)])
            media.write(tmp_path / name / f"{n}.mp4", Video(frames, 8.0))
    apart = evaluation.Task("fvd", tmp_path / "moving", tmp_path / "still")
    assert evaluation.evaluated(apart).values["fvd"] > 1e-3
    assert evaluation.evaluated(evaluation.Task("fvd", tmp_path / "still", tmp_path / "still")).values["fvd"] < 1e-5


def test_lpips_is_0_of_one_picture_and_grows_with_the_noise(tmp_path, models) -> None:
    look = lpips.Look("alex", [models])
    one = agreement_nets.pictures(1, 1)[0].astype(int)
    rng = np.random.default_rng(0)
    noisy = [np.clip(one + rng.normal(0, size, one.shape), 0, 255).astype(np.uint8) for size in (0, 10, 60)]
    apart = [look.distance(one.astype(np.uint8), other) for other in noisy]
    assert apart[0] == 0
    assert 0 < apart[1] < apart[2]
    with pytest.raises(ValueError, match="different shapes"):
        look.distance(one.astype(np.uint8), one[1:].astype(np.uint8))


@pytest.mark.parametrize("name", [name for name, net in nets.NETS.items() if net.wanted])
def test_what_is_missing_is_told_with_its_file_source_and_licence(name: str, tmp_path) -> None:
    with pytest.raises(Refused) as told:
        Extractor(name, folders=[tmp_path])
    sentence = told.value.failure.sentence
    assert told.value.failure.kind == "missing"
    assert "get it from" in sentence
    assert any(licence in sentence for licence in ("Apache-2.0", "MIT"))


def test_other_weights_and_names_are_one_sentence(tmp_path, models) -> None:
    wrong = models / "alexnet-owt.pth"
    with pytest.raises(Refused, match="does not hold the weights of Inception"):
        _ = Extractor(f"inception={wrong}").network
    with pytest.raises(Refused, match="no transformers folder"):
        Extractor(f"clip={tmp_path}")
    with pytest.raises(Refused, match="is not there"):
        Extractor(f"inception={tmp_path / 'none.pth'}")
    with pytest.raises(Refused, match="ship with Darkroom"):
        Extractor("effnet=/somewhere")
    with pytest.raises(Refused, match="is measured with"):
        evaluation.extractor(evaluation.METRICS["fad"], "effnet")
    with pytest.raises(Refused, match="of sounds"):
        Extractor("sound").of([])


def test_every_metric_says_what_it_is_blind_to_and_what_its_features_are() -> None:
    for metric in evaluation.METRICS.values():
        assert metric.biases.endswith(".")
        assert all(name in evaluation.NAMES for name in metric.features)
