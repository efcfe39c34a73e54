"""Checks that LaTeX could be set: braces, environments, modes, and commands that exist."""

import re

_MATH = r"""
\alpha \beta \cdot \cdots \delta \eta \exp \frac \lambda \ldots \leftarrow \le \ln \max \mu \odot
\partial \phi \Phi \pi \right \left \sqrt \sum \tanh \text \tfrac \times \underbrace
\varepsilon \mathrm \, \_ \\
"""
_WORDS = r"\paragraph \texttt \begin \end \[ \] \% \_ \& \$ \# \{ \}"
MATH, WORDS = frozenset(_MATH.split()), frozenset(_WORDS.split())
PIECE = re.compile(r"\\[A-Za-z]+|\\.|[{}$&^_]|[^\\{}$&^_]+", re.DOTALL)


def complaints(text):
    """Give what is wrong with a piece of a document, as sentences."""
    found, depth, fences, display, environment, inline = [], 0, 0, False, "", False
    at = 0
    pieces = PIECE.findall(text)
    if "".join(pieces) != text:
        found.append("something cannot be read")
    while at < len(pieces):
        piece, math = pieces[at], display or environment or inline
        if piece in ("\\[", "\\]"):
            if display == (piece == "\\[") or depth or fences:
                found.append(f"{piece} out of place")
            display = piece == "\\["
        elif piece in ("\\begin", "\\end"):
            name = pieces[at + 2]
            if piece == "\\begin":
                environment = name
            elif environment != name or depth or fences:
                found.append(f"{piece} {name} out of place")
            else:
                environment = ""
            at += 3
        elif piece == "$":
            inline = not inline
        elif piece == "{":
            depth += 1
        elif piece == "}":
            depth -= 1
        elif piece == "&" and environment != "align*":
            found.append("& outside align")
        elif piece in ("^", "_") and not math:
            found.append(f"{piece} outside mathematics")
        elif piece.startswith("\\"):
            if piece not in (MATH if math else WORDS):
                found.append(f"{piece} is not known here")
            fences += {"\\left": 1, "\\right": -1}.get(piece, 0)
            if piece in ("\\left", "\\right") and pieces[at + 1][0] not in "()|":
                found.append(f"{piece} without a fence")
        elif not piece.isascii():
            found.append(f"{piece!r} is not ASCII")
        if depth < 0 or fences < 0:
            found.append("too many closing braces or fences")
        if piece == "\\\\" and fences:
            found.append("a line ends within fences")
        if re.search(r"\n\s*\n", piece) and math:
            found.append("an empty line within mathematics")
        at += 1
    if depth or fences or display or environment or inline:
        found.append("something stays open")
    return found
