"""Engines are found without loading anything heavy; a file in a folder is an engine, a broken one a sentence."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.host import Host
from engines import registry
from engines.contract import Refused, Request, Result, check
from engines.files import assets
from tests.conftest import TINY

ROOT = Path(__file__).resolve().parents[1]
SMALLEST = min((Path(c.origin) for c in registry.listing([TINY]).cards.values()), key=lambda p: p.stat().st_size)


def test_listing_loads_neither_torch_nor_qt() -> None:
    code = (
        "import sys; from engines import registry; found = registry.listing([sys.argv[1]]);"
        "assert len(found.cards) >= 4, found; assert not found.broken, found.broken;"
        "heavy = {'torch', 'PySide6', 'diffusers', 'transformers', 'PIL', 'av', 'scipy'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code, str(TINY)], cwd=ROOT, check=True)


def test_a_copy_of_the_smallest_engine_is_one_more_engine(tmp_path: Path) -> None:
    copy = Path(shutil.copy(SMALLEST, tmp_path / "my_own.py"))
    before, after = registry.listing([TINY]), registry.listing([TINY, tmp_path])
    (name,) = set(after.cards) - set(before.cards)
    assert after.cards[name].origin == str(copy)
    assert name.endswith("/my_own")
    assert after.make(name).info.name == name
    with Host(env={"DARKROOM_PLUGINS": str(tmp_path)}) as host:
        assert str(copy) in {card.origin for card in host.hello().cards}


BROKEN = {
    "syntax.py": "def (",
    "nothing.py": "x = 1",
    "importing.py": "import no_such_module_anywhere",
    "exiting.py": "raise SystemExit(3)",
    "raising.py": "raise RuntimeError('no')",
    "half.py": "from engines.contract import Info\nclass A:\n    info = Info(name='image/a', title='A', summary='a', "
    "medium='image', family='x')\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plug_in_costs_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(BROKEN[name])
    found = registry.listing([TINY, tmp_path])
    assert list(found.broken) == [str(tmp_path / name)]
    assert "\n" not in found.broken[str(tmp_path / name)]
    assert len(found.cards) >= 4


def test_files_of_no_concern_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "_private.py").write_text("raise SystemExit")
    (tmp_path / "notes.txt").write_text("hello")
    assert not registry.listing([tmp_path, tmp_path / "not there"]).broken


def test_missing_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        (TINY / "picture.py").read_text().replace('licence="MIT"', 'licence="MIT", weights=("image/none.safetensors",)')
    )
    (tmp_path / "weighty.py").write_text(text)
    found = registry.listing([tmp_path])
    assert found.cards["image/tiny"].missing == ("image/none.safetensors",)
    monkeypatch.setenv("DARKROOM_ASSETS", str(tmp_path))
    (tmp_path / "image").mkdir()
    assets.path("image/none.safetensors").write_bytes(b"x")
    assert registry.listing([tmp_path]).cards["image/tiny"].missing == ()


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(Refused, match="no engine"):
        registry.make("image/nothing")


def test_an_engine_in_the_file_of_its_own_name_keeps_the_name_beside_copies(tmp_path: Path) -> None:
    source = (Path(__file__).parent / "tiny" / "tone.py").read_text()
    for name in ("aaa", "tiny", "zzz"):
        (tmp_path / f"{name}.py").write_text(source)
    found = registry.listing([tmp_path])
    assert Path(found.cards["audio/tiny"].origin).stem == "tiny"
    assert {"audio/aaa", "audio/zzz"} <= set(found.cards)


BORROWER = """
from engines.contract import Info, Result
from engines.image.sticker import Options
class Borrower:
    info = Info(name="image/borrower", title="B", summary="b", medium="image", family="none")
    Options = Options
    def borrow(self, lend):
        self.lend = lend
    def generate(self, request):
        yield from self.lend("image/tiny").make().generate(request)
    def render(self, estimate):
        return self.lend("image/tiny").make().render(estimate)
"""


def test_an_engine_that_asks_is_lent_others(tmp_path: Path) -> None:
    (tmp_path / "borrower.py").write_text(BORROWER)
    weighty = (TINY / "picture.py").read_text().replace('name="image/tiny"', 'name="image/weighty"')
    (tmp_path / "weighty.py").write_text(weighty.replace('licence="MIT"', 'weights=("image/none.safetensors",)'))
    found = registry.listing([TINY, tmp_path])
    borrower: Any = found.make("image/borrower")
    lent = borrower.lend("image/tiny")
    assert lent.card is found.cards["image/tiny"]
    assert lent.make() is not lent.make()
    asked = check(lent.card, Request(engine="image/tiny", seed=3))
    own, *_ = [event for event in found.make("image/tiny").generate(asked) if isinstance(event, Result)]
    its, *_ = [event for event in borrower.generate(asked) if isinstance(event, Result)]
    assert np.array_equal(own.media.pixels, its.media.pixels)  # type: ignore[union-attr]
    with pytest.raises(Refused, match="There is no engine 'image/none'"):
        borrower.lend("image/none")
    with pytest.raises(Refused, match=r"lacks image/none\.safetensors"):
        borrower.lend("image/weighty")
