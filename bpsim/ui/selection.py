"""What is chosen and pointed at, for every panel alike."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from bpsim.session.values import Element


@dataclass(frozen=True)
class Strand:
    """A path from the loss back through the network.

    Attributes
    ----------
    weights
        The weights along it.
    strength
        From 0 to 1, beside the strongest.
    """

    weights: tuple[Element, ...]
    strength: float


class Selection(QObject):
    """The elements that are selected, the one pointed at, and the sample in view.

    Attributes
    ----------
    elements
        In the order in which they were chosen.
    hovered
        What the pointer is on, in whatever panel.
    sample
        Which row of the batch is shown, from 0.
    pinned
        Weights and biases whose curves stay, whatever is selected.
    traced
        The paths that are drawn on the network.

    Signals
    -------
    changed
        Other elements or another sample, or others pinned.
    hover_changed
        The pointer is on something else.
    traced_changed
        Other paths are drawn.
    edit_requested
        An `Element` whose value a person wants to type.
    """

    changed = Signal()
    hover_changed = Signal()
    traced_changed = Signal()
    edit_requested = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.elements: tuple[Element, ...] = ()
        self.hovered: Element | None = None
        self.sample = 0
        self.pinned: tuple[Element, ...] = ()
        self.traced: tuple[Strand, ...] = ()

    @contextmanager
    def untold(self) -> Iterator[None]:
        """Tell of what is changed in here at the end, once everybody knows the session."""
        chosen, hovered, traced = self._chosen(), self.hovered, self.traced
        self.blockSignals(True)
        try:
            yield
        finally:
            self.blockSignals(False)
        if hovered != self.hovered:
            self.hover_changed.emit()
        if traced != self.traced:
            self.traced_changed.emit()
        if chosen != self._chosen():
            self.changed.emit()

    def _chosen(self) -> tuple[object, ...]:
        return self.elements, self.sample, self.pinned

    @property
    def current(self) -> Element | None:
        """The element that was chosen last."""
        return self.elements[-1] if self.elements else None

    def choose(self, elements: Iterable[Element]) -> None:
        """Select these instead of what was selected."""
        chosen = tuple(dict.fromkeys(elements))
        if chosen != self.elements:
            self.elements = chosen
            self.changed.emit()

    def keep(self, wanted: Callable[[Element], bool]) -> None:
        """Select no longer what is not wanted, such as what does not exist any more."""
        if self.hovered is not None and not wanted(self.hovered):
            self.hover(None)
        self.pin(element for element in self.pinned if wanted(element))
        self.choose(element for element in self.elements if wanted(element))

    def toggle(self, element: Element) -> None:
        """Select an element besides, or no longer."""
        if element in self.elements:
            self.choose(e for e in self.elements if e != element)
        else:
            self.choose((*self.elements, element))

    def pin(self, elements: Iterable[Element]) -> None:
        """Keep the curves of these and of no others."""
        pinned = tuple(dict.fromkeys(element for element in elements if element.is_parameter))
        if pinned != self.pinned:
            self.pinned = pinned
            self.changed.emit()

    def hover(self, element: Element | None) -> None:
        """Point at an element, or at none."""
        if element != self.hovered:
            self.hovered = element
            self.hover_changed.emit()

    def trace(self, strands: Iterable[Strand]) -> None:
        """Draw these paths instead of those that were drawn."""
        traced = tuple(strands)
        if traced != self.traced:
            self.traced = traced
            self.traced_changed.emit()

    def show_sample(self, sample: int) -> None:
        """Show another row of the batch."""
        if sample != self.sample:
            self.sample = max(sample, 0)
            self.changed.emit()

    def clear(self) -> None:
        """Select nothing; begin at the first sample again."""
        self.hover(None)
        if self.elements or self.sample or self.pinned:
            self.elements, self.sample, self.pinned = (), 0, ()
            self.changed.emit()
