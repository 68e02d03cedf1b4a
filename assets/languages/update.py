"""Bring the translations up to date: `python assets/languages/update.py`, then translate what is new with Qt Linguist
or in the .ts file itself, and run it once more to make the .qm the window reads.

All strings share one context, so a sentence said in two panels is translated once. Needs pyside6-lrelease,
which comes with PySide6. A new language begins with an empty darkroom_<code>.ts.
"""

import ast
import subprocess
import sys
import xml.etree.ElementTree as tree
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from app.ui.declared import metric_texts, texts
from engines.registry import listing

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CONTEXT = "Darkroom"
SAID = {
    "tr": 0,
    "_tr": 0,
    "translate": 1,
    "QT_TRANSLATE_NOOP": 1,
    "noted": 0,
}  # functions that translate, and which argument


def sources() -> dict[str, bool]:
    """Every translatable string of the window and of the engines, and whether it has plural forms."""
    found: dict[str, bool] = {}
    for folder in ("app/ui", "app/studio", "app/core/lab"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            found |= spoken(path.read_text(encoding="utf-8"))
    declared = (text for card in listing().cards.values() for text in texts(card))
    return dict.fromkeys(filter(None, (*declared, *metric_texts())), False) | found


def spoken(code: str) -> dict[str, bool]:
    """What `code` says through `SAID`, in f-strings too, which lupdate does not look into; and whether with a count."""
    found = {}
    for call in (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)):
        place = SAID.get(getattr(call.func, "attr", getattr(call.func, "id", "")))
        if place is None or place >= len(call.args):
            continue
        text = call.args[place]
        for one in (text.body, text.orelse) if isinstance(text, ast.IfExp) else (text,):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                found[one.value] = len(call.args) > place + 2
    return found


def known(path: Path) -> dict[str, tree.Element]:
    """The translations the file at `path` has."""
    if not path.exists() or not path.read_text(encoding="utf-8").strip():
        return {}
    found = {}
    for message in tree.parse(path).getroot().iter("message"):
        translation = message.find("translation")
        if translation is not None and translation.get("type") is None:
            found[_text(message.find("source"))] = translation
    return found


def write(path: Path, strings: dict[str, bool]) -> int:
    """Write the .ts at `path` with `strings`, keeping what is translated; how many are not."""
    done, code = known(path), path.stem.removeprefix("darkroom_")
    root = tree.Element("TS", version="2.1", language=code, sourcelanguage="en")
    context = tree.SubElement(root, "context")
    tree.SubElement(context, "name").text = CONTEXT
    for source in sorted(strings):
        message = tree.SubElement(context, "message", {"numerus": "yes"} if strings[source] else {})
        tree.SubElement(message, "source").text = source
        if source in done:
            message.append(done[source])
        else:
            tree.SubElement(message, "translation", type="unfinished")
    tree.indent(root)
    text = tree.tostring(root, encoding="unicode")
    path.write_text('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n' + text + "\n", encoding="utf-8")
    return len(strings) - len(done.keys() & strings.keys())


def main() -> int:
    """Update every language; the exit status is 0 when all of them are whole."""
    strings, left = sources(), 0
    for path in sorted(HERE.glob("darkroom_*.ts")):
        missing = write(path, strings)
        subprocess.run(["pyside6-lrelease", str(path), "-qm", str(path.with_suffix(".qm"))], check=True)
        print(f"{path.name}: {len(strings)} strings, {missing} not translated")
        left += missing
    return 1 if left else 0


def _text(element: tree.Element | None) -> str:
    return (element.text or "") if element is not None else ""


if __name__ == "__main__":
    sys.exit(main())
