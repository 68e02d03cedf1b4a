"""Exports the project named on the command line, saying on each line how much is done: to be killed."""

import sys
from pathlib import Path

from app.core.project import Document
from app.core.timeline.export import Wish, exported

if __name__ == "__main__":
    document = Document.at(sys.argv[1])
    wish = Wish(quality="draft", size=(64, 36))
    exported(document.load(), document, Path(sys.argv[2]), wish, lambda how: print(how.part, how.stage, flush=True))
