"""What takes longer than a tenth of a second: done beside the page, once the hand rests."""

import time
from collections.abc import Callable
from threading import Lock, Thread, main_thread

from .course import Course
from .scene import Scene

_REST = 0.12  # seconds without an edit
_TOGETHER = 0.2  # seconds: courses that are finished within are shown at once, for one drawing


class Later:
    """Finishes the courses of the scene that is wanted, one after the other.

    Parameters
    ----------
    tell : callable
        Called with the scene, and finished courses by their index, from another thread.
    """

    def __init__(self, tell: Callable[[Scene, dict[int, Course]], None]) -> None:
        self._tell = tell
        self._wanted: Scene | None = None
        self._one_at_a_time = Lock()

    def want(self, scene: Scene) -> None:
        """Finish this scene, and none of those that were wanted before."""
        self._wanted = scene
        if scene.pending:
            # No daemon: a thread that ends within compiled code, as the program does, would take it down.
            Thread(target=self._finish, args=(scene,)).start()

    def _finish(self, scene: Scene) -> None:
        time.sleep(_REST)
        with self._one_at_a_time:
            done: dict[int, Course] = {}
            told = time.monotonic()
            for index in scene.pending:
                if self._wanted is not scene or not main_thread().is_alive():
                    return
                done[index] = scene.with_finished(index).courses[index]
                last = index == scene.pending[-1]
                if self._wanted is scene and (last or time.monotonic() > told + _TOGETHER):
                    self._tell(scene, done)
                    done, told = {}, time.monotonic()
