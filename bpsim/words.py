"""Words that people read: translated when they are made or shown, where there is a translation.

The rooms below the window don't know Qt, whose translations these are; the window lends its own
way to find them. Qt's tools look for `translate` and `QT_TRANSLATE_NOOP`, and read their literals:
numbers and names are filled in afterwards, ``translate("csv", "line {line}").format(line=3)``.
"""

from collections.abc import Callable

Translator = Callable[[str, str], str]
"""From a context and an English text to the text in another language."""


def _as_it_is(context: str, text: str) -> str:
    return text


_translator: Translator = _as_it_is


def use(translator: Translator) -> None:
    """Translate by this from now on."""
    global _translator
    _translator = translator


def translate(context: str, text: str) -> str:
    """Return a text in the language of the window; in English where there is none.

    Parameters
    ----------
    context
        Where the text belongs, so that one English word may have two translations.
    text
        A literal, or one that a table marks with `QT_TRANSLATE_NOOP` in the same context.
    """
    return _translator(context, text)


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark a text of a table, to be translated when it is shown; Qt's own marker has no type."""
    return text


_COUNTED = {
    "field": (
        QT_TRANSLATE_NOOP("count", "{count} field"),
        QT_TRANSLATE_NOOP("count", "{count} fields"),
    ),
    "input": (
        QT_TRANSLATE_NOOP("count", "{count} input"),
        QT_TRANSLATE_NOOP("count", "{count} inputs"),
    ),
    "layer": (
        QT_TRANSLATE_NOOP("count", "{count} layer"),
        QT_TRANSLATE_NOOP("count", "{count} layers"),
    ),
    "name": (
        QT_TRANSLATE_NOOP("count", "{count} name"),
        QT_TRANSLATE_NOOP("count", "{count} names"),
    ),
    "number": (
        QT_TRANSLATE_NOOP("count", "{count} number"),
        QT_TRANSLATE_NOOP("count", "{count} numbers"),
    ),
    "row": (QT_TRANSLATE_NOOP("count", "{count} row"), QT_TRANSLATE_NOOP("count", "{count} rows")),
    "step": (
        QT_TRANSLATE_NOOP("count", "{count} step"),
        QT_TRANSLATE_NOOP("count", "{count} steps"),
    ),
    "unit": (
        QT_TRANSLATE_NOOP("count", "{count} unit"),
        QT_TRANSLATE_NOOP("count", "{count} units"),
    ),
    "value": (
        QT_TRANSLATE_NOOP("count", "{count} value"),
        QT_TRANSLATE_NOOP("count", "{count} values"),
    ),
}


def count(number: int, noun: str) -> str:
    """Say how many: ``1 row``, ``3 rows``."""
    one, several = _COUNTED[noun]
    text = one if number == 1 else several
    return translate("count", text).format(count=number)
