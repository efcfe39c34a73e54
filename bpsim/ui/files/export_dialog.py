"""Asks in which form the history is exported, and says how large the file becomes."""

from dataclasses import replace

from PySide6.QtCore import QLocale, QSettings, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bpsim.engine.kernels import Array
from bpsim.session.history import Record
from bpsim.storage.history_export import (
    EXCEL_COLUMNS,
    EXCEL_ROWS,
    Form,
    every_for_excel,
    fits_excel,
    history_bytes,
    history_size,
)
from bpsim.storage.history_parquet import can_write_parquet
from bpsim.ui.data.forms import add_field, primary_button
from bpsim.ui.theme.tokens import CONTROL_HEIGHT, GRID

MOST_EVERY = 2**31 - 1
WIDTH = 480
KEY = "export"


class ExportDialog(QDialog):
    """The form of the export.

    Parameters
    ----------
    record
        What would be written if the export began now.
    sample
        Some of its numbers, from which the size is estimated.
    settings
        Where the last choice is kept.

    Signals
    -------
    chosen
        A `Form`.
    """

    chosen = Signal(object)

    def __init__(
        self, record: Record, sample: Array, settings: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export history"))
        self._record, self._sample, self._settings = record, sample, settings
        self.layout_box = self._box(
            self.tr("Wide: one row for each update"), self.tr("Tidy: one row for each value")
        )
        self.every = QSpinBox(self)
        self.every.setRange(1, MOST_EVERY)
        self.every.setSpecialValueText(self.tr("every step"))
        self.every.setPrefix(self.tr("every "))
        self.every.setSuffix(self.tr(" steps"))
        self.every.setGroupSeparatorShown(True)
        self.gradients = QCheckBox(self.tr("with the gradients of each update"), self)
        self.gradients.setMinimumHeight(CONTROL_HEIGHT)
        self.format_box = self._box("CSV", "Parquet")
        self._parquet = can_write_parquet()
        model = self.format_box.model()
        if not self._parquet and isinstance(model, QStandardItemModel):
            model.item(1).setEnabled(False)
        form = QFormLayout()
        form.setVerticalSpacing(2 * GRID)
        form.setHorizontalSpacing(4 * GRID)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_field(form, self.tr("Layout"), self.layout_box)
        add_field(form, self.tr("Steps"), self.every)
        add_field(form, self.tr("Columns"), self.gradients)
        add_field(form, self.tr("Format"), self.format_box)
        words = self.tr("Parquet needs an extra library: pip install 'bpsim[parquet]'")
        self.hint = QLabel(words, self)
        self.hint.setProperty("tone", "muted")
        self.hint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint.setVisible(not self._parquet)
        self.size_label, self.warning = QLabel("", self), QLabel("", self)
        self.size_label.setAccessibleName(self.tr("Size of the file"))
        self.warning.setProperty("tone", "problem")
        self.warning.setWordWrap(True)
        self.offers = QWidget(self)
        row = QHBoxLayout(self.offers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        self.every_offer = self._offer(row, self._take_every)
        self.tidy_offer = self._offer(row, self._take_tidy, self.tr("Tidy layout"))
        self.parquet_offer = self._offer(row, self._take_parquet, "Parquet")
        row.addStretch(1)
        box = QFrame(self)
        box.setProperty("box", "sunk")
        inside = QVBoxLayout(box)
        inside.setContentsMargins(*4 * [3 * GRID])
        inside.setSpacing(2 * GRID)
        for widget in (self.size_label, self.warning, self.offers):
            inside.addWidget(widget)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.export_button = primary_button(self.tr("Export…"), buttons)
        self.export_button.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * [4 * GRID])
        column.setSpacing(3 * GRID)
        column.addLayout(form)
        column.addWidget(self.hint)
        column.addWidget(box)
        column.addStretch(1)
        column.addWidget(buttons)
        self._show(self._last())
        for changed in (
            self.layout_box.currentIndexChanged,
            self.format_box.currentIndexChanged,
            self.every.valueChanged,
            self.gradients.toggled,
        ):
            changed.connect(self._look)
        self._look()
        self.layout_box.setFocus()
        self.setMinimumWidth(WIDTH)

    def _box(self, *words: str) -> QComboBox:
        box = QComboBox(self)
        box.addItems(words)
        return box

    def _offer(self, row: QHBoxLayout, slot: object, words: str = "") -> QPushButton:
        button = QPushButton(words, self)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        row.addWidget(button)
        return button

    # What is chosen

    @property
    def form(self) -> Form:
        """What is chosen."""
        return Form(
            self.gradients.isChecked(),
            self.layout_box.currentIndex() == 1,
            self.every.value(),
            self.format_box.currentIndex() == 1,
        )

    def _show(self, form: Form) -> None:
        self.layout_box.setCurrentIndex(int(form.tidy))
        self.every.setValue(form.every)
        self.gradients.setChecked(form.gradients)
        self.format_box.setCurrentIndex(int(form.parquet))

    def _last(self) -> Form:
        def kept(name: str) -> bool:
            return bool(self._settings.value(f"{KEY}/{name}", False, bool))

        return Form(kept("gradients"), kept("tidy"), 1, kept("parquet") and self._parquet)

    # Its size

    def _look(self, *_: object) -> None:
        form = self.form
        rows, columns = history_size(self._record, form)
        words = self.tr("{rows} rows × {columns} columns, about {size}")
        size = QLocale().formattedDataSize(
            history_bytes(self._record, form, self._sample),
            1,
            QLocale.DataSizeFormat.DataSizeSIFormat,
        )
        self.size_label.setText(words.format(rows=f"{rows:,}", columns=f"{columns:,}", size=size))
        fits = fits_excel(self._record, form)
        limit = self.tr("More than Excel can open ({rows} rows, {columns} columns). Instead:")
        self.warning.setText(limit.format(rows=f"{EXCEL_ROWS:,}", columns=f"{EXCEL_COLUMNS:,}"))
        self.warning.setVisible(not fits)
        self.offers.setVisible(not fits)
        every = None if fits else every_for_excel(self._record, form)
        self.every_offer.setVisible(every is not None)
        if every is not None:
            self.every_offer.setText(self.tr("Every {count} steps").format(count=f"{every:,}"))
        self.tidy_offer.setVisible(not form.tidy and columns > EXCEL_COLUMNS)
        self.parquet_offer.setVisible(self._parquet)

    def _take_every(self) -> None:
        every = every_for_excel(self._record, self.form)
        if every is not None:
            self._show(replace(self.form, every=every))

    def _take_tidy(self) -> None:
        self._show(replace(self.form, tidy=True))

    def _take_parquet(self) -> None:
        self._show(replace(self.form, parquet=True))

    def accept(self) -> None:
        """Hand the form on."""
        form = self.form
        for name in ("gradients", "tidy", "parquet"):
            self._settings.setValue(f"{KEY}/{name}", getattr(form, name))
        self.chosen.emit(form)
        super().accept()
