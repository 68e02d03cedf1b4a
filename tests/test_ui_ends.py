"""The program ends, and ends well, whatever was going on: each case is a program of its own."""

import os
import subprocess
import sys

COPIED = """
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication
from app.ui.run import empty_clipboard
app, data = QApplication([]), QMimeData()
data.setText("a red fox")
app.clipboard().setMimeData(data)
empty_clipboard(app)
"""
PLAYING = """
import time
import numpy as np
from app.ui.stage.player import Player
from engines.contract import Audio
player = Player(null=True)
player.loop = True
player.load(Audio(np.zeros((4410, 1), np.float32), 44100))
player.play()
while not player.position:
    time.sleep(0.01)
"""


def status(program: str) -> int:
    surroundings = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run([sys.executable, "-c", program], env=surroundings, timeout=60, check=False).returncode


def test_what_was_copied_does_not_crash_the_end() -> None:
    assert status(COPIED) == 0


def test_a_sound_still_playing_does_not_hold_up_the_end() -> None:
    assert status(PLAYING) == 0
