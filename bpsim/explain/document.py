"""Writes whole explanations for LaTeX."""

from bpsim.explain.latex import latex, plain_latex
from bpsim.explain.numbers import format_number
from bpsim.explain.structure import Chain, Explanation, Factor, Formula, heading, others_words

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"−": "$-$", "′": "$'$", "²": "$^2$"})


def as_latex(explanation: Explanation) -> str:
    """Write an explanation for LaTeX with amsmath, to be put into a document."""
    parts = [
        rf"\paragraph{{\texttt{{{words_latex(explanation.title)}}}}} "
        f"{words_latex(explanation.subtitle)}",
        _display([_formula(explanation.rule)]),
        _display([line.latex for line in explanation.numbers]),
        words_latex(explanation.why),
    ]
    for step in explanation.derivation:
        parts += [f"{words_latex(step.words)}:", _display([_formula(step.formula)])]
        if step.numbers:
            parts.append(_display([line.latex for line in step.numbers]))
    if explanation.chain is not None:
        words = words_latex(heading(explanation.chain))
        parts += [f"{words}:", _display(_chain(explanation.chain))]
    return "\n".join(parts)


def words_latex(text: str) -> str:
    """Write plain words."""
    return text.translate(_SPECIAL)


def _formula(formula: Formula) -> str:
    return latex(formula.root, lambda name: None)


def _display(lines: list[str]) -> str:
    """Set lines under each other, at their equals signs."""
    rows = [part for line in lines for part in line.split(r" \\ ")]
    if len(rows) == 1:
        return f"\\[\n  {rows[0]}\n\\]"
    aligned = [f"& {row}" for row in rows]
    body = " \\\\\n  ".join(aligned)
    return f"\\begin{{align*}}\n  {body}\n\\end{{align*}}"


def _chain(chain: Chain) -> list[str]:
    lines = []
    for path in chain.paths:
        names = r" \cdot ".join(map(_factor, path.factors))
        numbers = r" \times ".join(_number(factor.value) for factor in path.factors)
        lines.append(f"{names} = {numbers} = {plain_latex(format_number(path.value))}")
    if chain.others:
        words = words_latex(others_words(chain.others))
        lines.append(rf"\text{{{words}}} = {plain_latex(format_number(chain.rest))}")
    if chain.count > 1:
        lines.append(rf"\sum = {plain_latex(format_number(chain.total))}")
    return lines


def _number(x: float) -> str:
    text = plain_latex(format_number(x))
    return text if x >= 0 else f"({text})"


def _factor(factor: Factor) -> str:
    halves = [
        rf"\partial {half.text.removeprefix('∂')}"
        + (f"_{{{half.subscript}}}" if half.subscript else "")
        + half.index
        for half in (factor.top, factor.bottom)
    ]
    return rf"\frac{{{halves[0]}}}{{{halves[1]}}}"
