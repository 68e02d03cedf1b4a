"""What every recipe shares: the loop that fits, the fetching of packages, weight files, the U-Net."""

import io
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engines.contract import Refused
from engines.nn import stored
from engines.nn.unet import Measures, UNet
from engines.training import packages
from engines.training.fit import Log, finished, fit, follow

SMALL = Measures(channels=4, width=16, levels=(1, 2), blocks=1, text=8)


def _fit(folder: Path, minutes: float, resume: bool = False) -> tuple[nn.Module, Log]:
    torch.manual_seed(0)
    x = torch.randn(256, 3)
    y = x @ torch.tensor([[1.0], [-2.0], [0.5]])
    network = nn.Linear(3, 1)
    log = Log(folder / "log.jsonl", lambda **facts: None)
    kept = folder / "kept.pt"
    found = fit(
        network,
        lambda step: (network(x) - y).square().mean(),
        minutes,
        log,
        stage="line",
        batch=256,
        kept=kept,
        resume=resume,
        rate=0.05,
        decay=0.0,
        held_out=lambda average: float((average(x) - y).square().mean()),
    )
    return found, log


def test_a_line_is_found_and_told(tmp_path: Path) -> None:
    found, log = _fit(tmp_path, 2 / 60)
    assert torch.allclose(found.weight, torch.tensor([[1.0, -2.0, 0.5]]), atol=0.3)
    row = log.rows("line")[-1]
    assert row["held-out"] < 0.1 * float(np.square([1.0, -2.0, 0.5]).sum())
    assert row["samples"] == 256 * row["step"]


def test_a_resumed_training_goes_on_from_its_step(tmp_path: Path) -> None:
    _, log = _fit(tmp_path, 1 / 60)
    before = log.rows("line")[-1]["step"]
    _fit(tmp_path, 1.5 / 60, resume=True)
    assert log.rows("line")[-1]["step"] > before
    assert log.rows("line")[-1]["seconds"] >= 1.5
    (kept,) = tmp_path.glob("*.pt")
    assert finished(kept, 1.5 / 60)
    assert not finished(kept, 9 / 60)
    assert not finished(tmp_path / "none.pt", 1 / 60)


@pytest.mark.parametrize("wrong", ["empty", "noise", "another"])
def test_a_session_that_cannot_be_taken_up_costs_one_sentence(wrong: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept.pt"
    if wrong == "another":
        parts = {name: nn.Linear(5, 2).state_dict() for name in ("network", "average", "optimiser")}
        torch.save({**parts, "step": 3, "seconds": 1.0}, kept)
    else:
        kept.write_bytes(b"" if wrong == "empty" else bytes(range(200)))
    before = kept.read_bytes()
    with pytest.raises(Refused, match="without --resume"):
        _fit(tmp_path, 1 / 60, resume=True)
    assert kept.read_bytes() == before


def test_a_gradient_that_is_not_finite_changes_nothing(tmp_path: Path) -> None:
    network = nn.Linear(2, 1)
    kept = network.weight.detach().clone()
    log = Log(tmp_path / "log.jsonl", lambda **facts: None)
    fit(network, lambda step: network(torch.ones(1, 2)).sum() * float("nan"), 0.2 / 60, log, stage="x", batch=1)
    assert torch.equal(network.weight, kept)


def test_the_average_follows_parameters_and_buffers() -> None:
    one, two = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    with torch.no_grad():
        two.weight.fill_(3.0)
        two.running_mean.fill_(5.0)  # type: ignore[union-attr]
    for step in range(3000):
        follow(one, two, step)
    assert torch.allclose(one.weight, two.weight, atol=1e-2)
    assert torch.equal(one.running_mean, two.running_mean)  # type: ignore[arg-type]


def test_a_network_comes_back_from_its_file(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = UNet(SMALL)
    nn.init.normal_(network.leave[-1].weight)  # type: ignore[arg-type]
    path = tmp_path / "net.safetensors"
    stored.write(network, path, network.measures.words())
    back = stored.read(lambda words: UNet(Measures.read(words)), path)
    x, t = torch.randn(2, 4, 16, 16), torch.tensor([0.2, 0.9])
    tokens, mask = torch.randn(2, 5, 8), torch.ones(2, 5, dtype=torch.bool)
    with torch.no_grad():
        assert (back(x, t, tokens, mask) - network(x, t, tokens, mask)).abs().max() < 2e-2
    assert stored.parameters(path) == sum(p.numel() for p in network.parameters())
    with pytest.raises(Refused, match="damaged or not of this engine"):
        stored.read(lambda words: UNet(Measures(width=32)), path)


def test_a_wrapping_network_moves_with_its_picture() -> None:
    torch.manual_seed(2)
    network = UNet(Measures(channels=3, width=16, levels=(1, 2), blocks=1, text=0, wraps=True))
    nn.init.normal_(network.leave[-1].weight)  # type: ignore[arg-type]
    x, t = torch.randn(1, 3, 16, 16), torch.tensor([0.5])
    with torch.no_grad():
        moved = network(x.roll((4, 6), (2, 3)), t)
        assert (moved - network(x, t).roll((4, 6), (2, 3))).abs().max() < 1e-4


def test_words_beyond_the_mask_do_not_count() -> None:
    torch.manual_seed(3)
    network = UNet(SMALL)
    nn.init.normal_(network.leave[-1].weight)  # type: ignore[arg-type]
    nn.init.normal_(network.middle[0].out.weight)  # type: ignore[union-attr, arg-type]
    x, t = torch.randn(1, 4, 8, 8), torch.tensor([0.5])
    tokens, mask = torch.randn(1, 4, 8), torch.tensor([[True, True, False, False]])
    other = tokens.clone()
    other[:, 2:] = 7.0
    changed = tokens.clone()
    changed[:, 0] = 7.0
    with torch.no_grad():
        assert torch.equal(network(x, t, tokens, mask), network(x, t, other, mask))
        assert not torch.allclose(network(x, t, tokens, mask), network(x, t, changed, mask))


# ---------------------------------------------------------------- packages


def _registry(monkeypatch: pytest.MonkeyPatch, code: int = 0, said: str = "") -> None:
    """npm as a stand-in that leaves one archive of one file, or fails."""

    def run(command: list[str], cwd: Path, **more: object) -> subprocess.CompletedProcess:
        if not code:
            data = b"hello"
            with tarfile.open(cwd / "thing-1.0.0.tgz", "w:gz") as archive:
                entry = tarfile.TarInfo("package/readme.txt")
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        return subprocess.CompletedProcess(command, code, "", said)

    monkeypatch.setattr(packages.subprocess, "run", run)
    monkeypatch.setattr(packages.shutil, "which", lambda tool: f"/bin/{tool}")


def test_a_package_is_unpacked_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _registry(monkeypatch)
    found = packages.npm("thing@1.0.0", tmp_path / "thing")
    assert (found / "readme.txt").read_text() == "hello"
    _registry(monkeypatch, code=1)
    assert packages.npm("thing@1.0.0", tmp_path / "thing") == found
    assert [path.name for path in tmp_path.iterdir()] == ["thing"]


def test_a_package_that_does_not_come_costs_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _registry(monkeypatch, code=1, said="npm ERR! code ENOTFOUND\nnpm ERR! no network")
    with pytest.raises(Refused, match=r"thing@1.0.0 could not be fetched \(npm ERR! no network\)"):
        packages.npm("thing@1.0.0", tmp_path / "thing")
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(packages.shutil, "which", lambda tool: None)
    with pytest.raises(Refused, match="install Node"):
        packages.npm("thing@1.0.0", tmp_path / "thing")


def test_brief_arithmetic_is_close_to_the_long(monkeypatch: pytest.MonkeyPatch) -> None:
    from engines import device

    assert device.brief("cpu") in (torch.float32, torch.bfloat16)
    assert device.brief("mps") is torch.float32
    network, x = nn.Linear(64, 64), torch.randn(8, 64)
    for quick in (True, False):
        monkeypatch.setattr(device, "brief", lambda where, quick=quick: torch.bfloat16 if quick else torch.float32)
        with device.autocast("cpu"):
            y = network(x)
        assert y.dtype is (torch.bfloat16 if quick else torch.float32)
        assert (y.float() - network(x)).abs().max() < 2e-2
