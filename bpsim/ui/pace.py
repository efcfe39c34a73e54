"""Shares the time between training and drawing while training runs at full speed."""

FRAME_S = 0.037
"""From one picture of the network to the next: 27 a second."""
SHORTEST_S = 0.02
"""What training gets of a frame at the least; as much as drawing took, if that is more ..."""
LONGEST_S = 0.05
"""... but no more than this, so that the next picture doesn't keep one waiting."""
DRAWING = 0.15
"""The part of the time that drawing may take."""
SELDOM_S = 0.5
"""Every panel is drawn as often at the least."""


class Pace:
    """Says how long to train, and whether there is time for all panels or for the network only.

    What drawing takes is what passes between two slices of training; so painting, which Qt does
    when it likes, is in it.
    """

    def __init__(self) -> None:
        self._heavy = self._left = 0.0
        self._ended: float | None = None
        self._all_at = 0.0
        self._all = True

    def begin(self) -> None:
        """Begin to run: what passed before doesn't count."""
        self._ended, self._left = None, 0.0

    def slice(self, now: float) -> float:
        """Give the time to train from now on."""
        drawn = 0.0 if self._ended is None else now - self._ended
        self._left -= drawn
        if self._all and drawn:
            self._heavy = drawn
        length = max(FRAME_S - drawn, SHORTEST_S, min(drawn, LONGEST_S))
        self._left = min(self._left + length * DRAWING / (1.0 - DRAWING), FRAME_S)
        return length

    def is_for_all(self, now: float) -> bool:
        """Tell at the end of a slice whether there is time for all panels."""
        self._ended = now
        seldom = now - self._all_at > SELDOM_S
        self._all = seldom or self._left > self._heavy
        if self._all:
            self._all_at = now
        return self._all
