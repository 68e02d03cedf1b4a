"""A user who edits without a pause, in the studio itself: `python -m tests.crash.project_app ROOT SEED PACE`.

Every `PACE` ms an edit at random, now and then one taken back; after each a line "TIME HASH" is said: the clock all
processes share, and the hash of the project as it is then. It goes on until it is killed. Meanwhile the file thread is
busy all the time.
"""

import hashlib
import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from app.core import project as projects
from app.core.project import Project
from app.core.settings import Settings, save
from app.studio import Studio
from tests import fakes, random_edits
from tests.core_things import folders


def mark(project: Project) -> str:
    """A project's name for those who only want to know whether it is the same."""
    return hashlib.sha256(projects.dumps(project)).hexdigest()[:16]


class User:
    def __init__(self, root: Path, seed: int, pace: int) -> None:
        self.random = random.Random(seed)
        here = folders(root)
        save(here.settings, Settings(last_engine="image/tiny"))
        self.studio = Studio(here, fakes.Host())
        self.studio.bridge.call(lambda: time.sleep(60))  # a file thread that is busy, as with a film that is kept
        self.timer = QTimer()
        self.timer.timeout.connect(self.turn)
        self.timer.start(pace)
        self.say()

    def turn(self) -> None:
        if self.random.random() < 0.1:
            self.studio.undo_stack.undo()
        else:
            self.studio.arrange_project("edit", lambda one: random_edits.edited(self.random, one))
        self.say()

    def say(self) -> None:
        print(time.monotonic(), mark(self.studio.project), flush=True)


def main() -> None:
    application = QCoreApplication(sys.argv[:1])
    user = User(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    application.exec()
    del user


if __name__ == "__main__":
    main()
