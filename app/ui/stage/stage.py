"""The stage: shows what the studio has put on it, by a viewer for its medium. The only table of media is VIEWERS."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.core import send
from app.core.job import Failed, Job, Running
from app.core.target import Target
from app.ui.stage.audio import AudioViewer
from app.ui.stage.caption import Caption, ProgressLine
from app.ui.stage.deeds import Deeds
from app.ui.stage.desk import Desk
from app.ui.stage.easel import Easel
from app.ui.stage.frame import Frame
from app.ui.stage.image import ImageViewer
from app.ui.stage.mesh import MeshViewer
from app.ui.stage.pages import Invitation, Trouble, Waiting
from app.ui.stage.skeleton import Skeleton
from app.ui.stage.video import VideoViewer
from app.ui.stage.viewer import Aside, KeyRow, Viewer
from app.ui.stage.words import live, phase_words, saying
from engines.contract import Media, medium_of
from engines.files import assets


class Kind(Struct, frozen=True):
    """How one medium is shown, and what to suggest to somebody who has made none yet."""

    viewer: Callable[[Aside], Viewer]
    prompts: tuple[str, ...]


VIEWERS: dict[str, Kind] = {
    "image": Kind(
        ImageViewer,
        ("a red apple", "a cat with sunglasses", "two blue cars, flat style", "a golden crown", "a green dragon"),
    ),
    "audio": Kind(AudioViewer, ("a warm bell", "rain on a tin roof", "a slow deep drum")),
    "video": Kind(VideoViewer, ("a red balloon rising", "waves at dusk", "a spinning star")),
    "mesh": Kind(MeshViewer, ("a round teapot", "a mushroom", "a smooth pebble")),
}


class Stage(Deeds):
    """What is looked at: live while it develops, step by step, or finished; alone or beside another."""

    def __init__(self, studio: Any) -> None:
        super().__init__(studio)
        self.setAccessibleName(self.tr("Stage"))
        self.setAccessibleDescription(self.tr("Shows the picture, sound, clip or mesh and how it develops."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 240)
        self.viewers: dict[str, Viewer] = {}
        self._shown: tuple[str, Media, bool] | None = None
        self._compared: Media | None = None
        self._desk: Desk | None = None  # what is edited on, while it is
        self._behind: QWidget | None = None  # what shows when that is done
        self._run = ""  # on the stage when the editing began
        self._owed = ""  # the run whose preview is being painted
        self._lay_out()
        self._offer_buttons()
        self._listen()
        self.refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.caption, self.progress, self.stack = Caption(), ProgressLine(), QStackedWidget()
        self.invitation, self.waiting = Invitation(), Waiting()
        self.trouble = Trouble(self.again, self._copy_message)
        for part in (self.caption, self.progress):
            column.addWidget(part)
        column.addWidget(self.stack, 1)
        self.easel, self.skeleton, self.frame = Easel(self.studio), Skeleton(self.studio), Frame(self.studio)
        for desk in (self.easel, self.skeleton, self.frame):
            desk.left.connect(self.leave_desk)
            desk.said.connect(lambda sentence: self.studio.notice.emit("info", sentence))
        for page in (self.invitation, self.waiting, self.trouble, self.easel, self.skeleton, self.frame):
            self.stack.addWidget(page)
        self.invitation.chosen.connect(self._begin)

    def _offer_buttons(self) -> None:
        tr = self.tr
        for key, icon, do, text, hint, words in (
            (
                "branch",
                "branch",
                self.branch,
                tr("Branch from here"),
                tr("Go on from here as things are set (B)"),
                True,
            ),
            ("decode", "eye", self.decode, tr("Decode truly"), tr("Show this step as it truly is (D)"), True),
            ("undecode", "stop", self.studio.stop_decoding, tr("Stop decoding"), tr("Keep the preview (Esc)"), True),
            ("back", "to-end", self.escape, tr("Back to the result"), tr("Leave this step (Esc)"), True),
            ("uncompare", "close", self.escape, tr("End comparison"), tr("Show one result again (Esc)"), True),
            ("again", "refresh", self.again, tr("Try again"), tr("Run the same request once more"), True),
            ("resume", "play", self.resume, tr("Resume"), tr("Go on from where it was paused"), True),
            ("pause", "pause", self.pause, tr("Pause"), tr("Stop after this step and go on later"), False),
            ("cancel", "stop", self.cancel, tr("Cancel"), tr("Stop this run (Esc)"), True),
            ("mask", "mask", self.paint_mask, tr("Mask"), tr("Paint what of this picture may change"), False),
            ("frame", "frame", self.extend, tr("Extend"), tr("Extend the picture beyond its edges"), False),
            ("drag", "grip", self.drag_out, tr("Drag the file out"), tr("Drag the file away; Enter copies it"), False),
            ("send", "send", self.show_send_menu, tr("Send to"), tr("Use it in another engine (Ctrl+T)"), False),
            ("enlarge", "zoom-in", self.enlarge, tr("Enlarge"), tr("Make the picture larger (E)"), False),
            ("copy", "copy", self.copy, tr("Copy"), tr("Copy what is seen (Ctrl+C)"), False),
            ("save", "save", self.save_as, tr("Save a copy"), tr("Save a copy of the file elsewhere"), False),
            ("export", "export", self.export, tr("Export"), tr("Save it in another format (Ctrl+Shift+E)"), False),
        ):
            self.caption.add(key, icon, do, text=text, hint=hint, words=words)
        self.caption.buttons["drag"].clicked.connect(self.copy)

    def _listen(self) -> None:
        studio = self.studio
        studio.stage_changed.connect(self.refresh)
        studio.job_changed.connect(self._job_changed)
        studio.jobs_changed.connect(self.refresh)
        studio.preview.connect(self._preview)
        studio.stepped.connect(lambda run, row: self._say())
        studio.engines_changed.connect(self._invite)
        studio.draft_changed.connect(self._draft_changed)

    def send_place(self) -> QPoint:
        button = self.caption.buttons["send"]
        return button.mapTo(self, button.rect().bottomLeft()) if button.isVisible() else super().send_place()

    def shortcuts(self) -> list[tuple[str, list[KeyRow]]]:
        """What can be done here by keys: everywhere on the stage, then in each viewer, under its name."""
        own = [
            (self.tr("Copy what is seen"), [QKeySequence(QKeySequence.StandardKey.Copy)]),
            (self.tr("Branch from the step"), [QKeySequence("B")]),
            (self.tr("Decode the step truly, or hear it"), [QKeySequence("D")]),
            (self.tr("Enlarge the picture"), [QKeySequence("E")]),
            (self.tr("Use it in another engine"), [QKeySequence("Ctrl+T")]),
            (self.tr("One step back, or stop the run"), [QKeySequence("Esc")]),
        ]
        viewers = [*(self._made(medium) for medium in VIEWERS), self.easel, self.skeleton, self.frame]
        return [(self.accessibleName(), own), *((viewer.accessibleName(), viewer.shortcuts()) for viewer in viewers)]

    # ------------------------------------------------------------ what is shown

    def refresh(self) -> None:
        """Show the studio's subject as it is now."""
        subject = self.subject
        if subject is None:
            self._job, self._shown = None, None
            self._rest()
            self._invite()
            self._turn_to(self.invitation)
        else:
            self._job = self._job_of(subject)
            self._show_subject(subject)
        self._say()

    def _job_of(self, subject: Any) -> Job | None:
        return next((job for job in self.studio.jobs if job.run == subject.run and subject.run), subject.job)

    def _show_subject(self, subject: Any) -> None:
        state = self._job.state if self._job else None
        if isinstance(state, Failed) and subject.step is None:
            self._fail(self.tr("This run failed"), state.failure.sentence)
        elif subject.media is not None:
            self._show_media(subject, subject.media)
        elif subject.trouble:
            self._fail(self.tr("This cannot be shown"), subject.trouble)
        else:
            self._wait(subject)

    def _show_media(self, subject: Any, media: Media) -> None:
        viewer = self._viewer(medium_of(media))
        developing = live(self._job) and subject.step is None
        shown = (subject.run, media, developing)
        if self._shown is None or self._shown[1] is not media or self._shown[2] != developing:
            same = self._shown is not None and self._shown[0] == subject.run
            self._shown = shown
            if not same:
                viewer.begin()
            viewer.show_media(media, self._natural(subject), developing)
        viewer.offer_file(self.file() is not None)
        self._offer_range()
        other = subject.compare if subject.step is None else None
        if other is not self._compared:
            self._compared = other
            viewer.compare_with(other)
        self._turn_to(viewer)
        if self._hears == (subject.run, subject.step) and subject.truth == "yes":
            self._hears = None
            viewer.hear()

    # ------------------------------------------------------------ editing

    def paint(self, target: Target) -> None:
        """Let `target` be drawn here."""
        self._sit(self.easel, target)

    def pose(self, target: Target) -> None:
        """Let figures be posed for `target`, a control input."""
        self._sit(self.skeleton, target)

    def grow(self, target: Target) -> None:
        """Let the frame of the start picture be dragged outwards."""
        self._sit(self.frame, target)

    def _sit(self, desk: Desk, target: Target) -> None:
        """Edit on `desk` until it is left, or until another run comes onto the stage."""
        if self._desk is not None:
            self._desk.rest()
        self._behind = self._behind or self.stack.currentWidget()
        self._run = self.subject.run if self.subject is not None else ""
        self._rest()
        self._desk = desk
        self.stack.setCurrentWidget(desk)
        self.setFocusProxy(desk.surface)
        self._say()
        desk.open(target)
        desk.surface.setFocus()

    def leave_desk(self) -> None:
        """The editing is done; what was there before comes back."""
        desk, behind = self._desk, self._behind
        self._desk = self._behind = None
        if desk is not None and behind is not None:
            desk.rest()
            self._shown = None
            self.stack.setCurrentWidget(behind)
            self.refresh()
            self.setFocus()

    def _turn_to(self, page: QWidget) -> None:
        """Show `page`, and let it have the keys if the page before had them."""
        if self._desk is not None:
            self._behind = page
            self.setFocusProxy(self._desk.surface)
            if self.subject is None or self.subject.run == self._run:
                return
            self._desk.rest()
            self._desk = self._behind = None
        if page is self.stack.currentWidget():
            return
        focused = self.window().focusWidget()
        had = focused is not None and self.stack.isAncestorOf(focused)
        self.stack.setCurrentWidget(page)
        if had:
            (page.surface if isinstance(page, Viewer) else self).setFocus()

    def _natural(self, subject: Any) -> tuple[int, int] | None:
        """The size the result has or will have, so that previews and steps lie where it lies."""
        if subject.draft is not None:
            return subject.draft.size
        if subject.step is None and not live(self._job):
            return None
        if subject.entry is not None and subject.entry.width and subject.entry.height:
            return int(subject.entry.width), int(subject.entry.height)
        if self._job is None:
            return None
        sizes = self.studio.card_of(self._job.request.engine).info.sizes
        return self._job.request.size or (sizes[0] if sizes else None)

    def _made(self, medium: str) -> Viewer:
        """The viewer of `medium`, made when it is first asked for."""
        if medium not in self.viewers:
            viewer = VIEWERS[medium].viewer(self.studio.bridge.aside)
            viewer.painted.connect(self._painted, Qt.ConnectionType.QueuedConnection)
            viewer.ranged.connect(self.use_range)
            viewer.said.connect(lambda sentence: self.studio.notice.emit("info", sentence))
            if hasattr(viewer.surface, "dragged"):
                viewer.surface.dragged.connect(self.drag_out)
            self.viewers[medium] = viewer
            self.stack.addWidget(viewer)
        return self.viewers[medium]

    def _viewer(self, medium: str) -> Viewer:
        viewer = self._made(medium)
        if viewer is not self.viewer:
            self._rest()
            self.viewer = viewer
        self.setFocusProxy(viewer.surface)
        return viewer

    def _rest(self) -> None:
        if self.viewer is not None:
            self.viewer.rest()
        self.viewer = None
        self.setFocusProxy(None)  # type: ignore[arg-type]

    def _wait(self, subject: Any) -> None:
        self._rest()
        self._shown = None
        state = self._job.state if self._job else None
        words = phase_words(state.phase) + "…" if isinstance(state, Running) else ""
        self.waiting.expect(words or saying(subject, self._job).heading, self._natural(subject))
        self._turn_to(self.waiting)

    def _fail(self, heading: str, sentence: str) -> None:
        self._rest()
        self._shown = None
        self.trouble.say(heading, sentence)
        self.trouble.again.setVisible(self._job is not None)
        self._turn_to(self.trouble)

    def _invite(self) -> None:
        if self.subject is not None:
            return
        card = self.studio.card()
        if card.missing:
            words = self.tr("{0} needs files that are not here: {1}.").format(card.info.title, ", ".join(card.missing))
            self.invitation.offer(self.tr("Nothing to develop with yet"), words, ())
            return
        if any(getattr(self.studio.draft, name) is None for name in {"start", "last"} & {*card.info.needs}):
            words = self.tr("{0} begins from what you give it: drop it on Controls, or send a result to it (Ctrl+T).")
            self.invitation.offer(self.tr("What shall we begin from?"), words.format(card.info.title), ())
            return
        takes = "prompt" in card.info.takes
        own = card.info.presets or VIEWERS[card.info.medium].prompts
        prompts = own if takes else ("",) if card.info.name else ()
        folder = assets.path(f"presets/{card.info.name.replace('/', '-')}")
        pictures = [folder / f"{n}.webp" for n in range(len(card.info.presets))] if takes else []
        words = self.tr("Type a prompt, or begin with one of these; you see every step, and each is kept.")
        plain = self.tr("{0} needs no prompt; you see every step, and each is kept.").format(card.info.title)
        self.invitation.offer(self.tr("What shall we develop?"), words if takes else plain, prompts, pictures)

    def _say(self) -> None:
        subject = self.subject
        if subject is None or self._desk is not None:
            self.caption.state("")
            self.progress.clear()
            self.caption.hide()
            self.progress.hide()
            return
        words = saying(subject, self._job)
        heard = subject.medium == "audio"
        self.caption.name("decode", self.tr("Hear it") if heard else self.tr("Decode truly"))
        self.caption.show()
        self.progress.show()
        more = ("mask", "frame") if words.buttons and self.may_mask() else ()
        self.caption.state(words.heading, words.note, (*words.buttons, *more), words.token)
        if words.progress is False:
            self.progress.clear()
        else:
            self.progress.show_fraction(words.progress)

    def _offer_range(self) -> None:
        if self.viewer is not None:
            self.viewer.offer_range(send.time_range(self.studio.card().params) is not None)

    # ------------------------------------------------------------ news

    def _draft_changed(self, fields: set[str]) -> None:
        if fields & {"engine", "start", "last"}:
            self._invite()
        if "engine" in fields:
            self._offer_range()
            self._say()

    def _job_changed(self, job: Job) -> None:
        if self.subject is None or job.run != self.subject.run:
            return
        before, self._job = self._job, job
        if before is None or type(before.state) is not type(job.state) or self.stack.currentWidget() is self.waiting:
            self._show_subject(self.subject)
        self._say()

    def _preview(self, run: str, media: Media) -> None:
        """A live preview: shown at once when nobody scrubs; either way another may come."""
        subject = self.subject
        if subject is None or subject.run != run or not self.isVisible():
            return
        self._owed = run
        if subject.step is None:
            self._show_media(subject, media)
            self._say()
        else:
            self._painted()

    def _painted(self) -> None:
        run, self._owed = self._owed, ""
        if run:
            self.studio.preview_shown(run)

    def showEvent(self, event: QShowEvent) -> None:
        self.studio.set_watching(True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.studio.set_watching(False)
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._rest()
        super().closeEvent(event)
