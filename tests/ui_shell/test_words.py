"""What the window says: licences, and every word in every language."""

import runpy
import xml.etree.ElementTree as tree

from PySide6.QtCore import QCoreApplication

from app.ui.about import notices
from app.ui.declared import metric_texts, texts
from app.ui.form import Form
from app.ui.languages import LANGUAGES, languages, speak
from engines.contract import Param
from engines.registry import listing


def test_about_names_the_licences(studio):
    text = notices([("Sticker", "MIT")])
    assert "PySide6" in text
    assert "LGPL" in text
    assert "Sticker: MIT" in text


def test_languages_name_themselves():
    assert languages()["en"] == "English"


def test_german_knows_every_word_of_the_shipped_engines_and_the_metrics():
    known = {m.findtext("source") for m in tree.parse(LANGUAGES / "darkroom_de.ts").getroot().iter("message")}
    said = {text for card in listing().cards.values() for text in texts(card)}
    assert (said | set(metric_texts())) - known <= {""}


def test_texts_are_found_wherever_they_are_said():
    found = runpy.run_path(str(LANGUAGES / "update.py"))["spoken"](
        """
f"← {tr('1 is better')}"
self.tr("Pause" if on else "Play")
QCoreApplication.translate("Queue", "%n waiting", "", count)
_tr("a long " "text")
_tr(name), painter.translate(4, 5), said("not these")
"""
    )
    assert found == {"1 is better": False, "Pause": False, "Play": False, "%n waiting": True, "a long text": False}


def test_german_is_whole_and_leaves_qt_its_words(qapp):
    from PySide6.QtCore import QLocale
    from PySide6.QtGui import QKeySequence

    text = (LANGUAGES / "darkroom_de.ts").read_text(encoding="utf-8")
    assert 'type="unfinished"' not in text
    found = speak(qapp, "de")
    try:
        assert QCoreApplication.translate("PromptPanel", "Add to queue") == "In die Warteschlange"
        assert QCoreApplication.translate("Queue", "Waiting") == "Wartet"  # of a module of words
        assert QCoreApplication.translate("Models", "Network alone") == "Netz allein"
        assert QCoreApplication.translate("Status", "%n waiting", "", 1) == "1 wartet"
        assert QCoreApplication.translate("Status", "%n waiting", "", 3) == "3 warten"
        form = Form()
        form.build((Param("steps", "int", 12, min=1, max=60, help="How many steps from noise to picture."),))
        assert form.rows["steps"].name == "Schritte"
        assert form.rows["steps"].field.accessibleDescription() == "Wie viele Schritte vom Rauschen zum Bild."
        assert QCoreApplication.translate("Nobody", "Never said anywhere") == "Never said anywhere"
        assert QKeySequence("Ctrl+B").toString(QKeySequence.SequenceFormat.NativeText).endswith("+B")
    finally:
        for translator in found:
            qapp.removeTranslator(translator)
        QLocale.setDefault(QLocale.c())


def placeholders(text):
    import re

    return sorted(re.findall(r"%[1-9nsd]|\{\d", text))


def test_translations_keep_their_places():
    import xml.etree.ElementTree as tree

    for path in LANGUAGES.glob("*.ts"):
        for message in tree.parse(path).getroot().iter("message"):
            source, translation = message.find("source").text, message.find("translation")
            for said in [form.text for form in translation.findall("numerusform")] or [translation.text]:
                assert placeholders(said) == placeholders(source), source
