"""What is written for LaTeX could be set."""

import pytest

from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.explain.document import as_latex
from bpsim.explain.explain import explain
from bpsim.session.session import Session
from tests.examples import one_neuron, small
from tests.reference.latex import complaints


def texts(project, steps=1):
    session = Session(project)
    for _ in range(steps * session.operations):
        session.step_operation()
        for unfolded in (False, True):
            yield as_latex(explain(session, session.current, unfolded=unfolded))


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_every_optimizer(optimizer):
    project = small(optimizer, layers=((6, "gelu"), (1, "tanh")), l1=0.1, l2=0.2, rows=7)
    for text in texts(project, 2):
        assert complaints(text) == [], text


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("end", ["sigmoid", "softmax"])
@pytest.mark.parametrize("hidden", ["leaky_relu", "elu", "gelu_tanh", "softplus", "silu"])
def test_every_loss(loss, end, hidden):
    project = small(loss=loss, layers=((2, hidden), (5, end)), rows=3, batch_size=3)
    for text in texts(project):
        assert complaints(text) == [], text


def test_the_example():
    (text,) = (t for t in list(texts(one_neuron()))[::2] if "delta1[0]" in t.splitlines()[0])
    assert text.splitlines()[:8] == [
        r"\paragraph{\texttt{delta1[0]}} error signal of unit 0, layer 1",
        r"\[",
        r"  \delta_{1} = W_{2}^{T} \, \delta_{2} \odot f'\left(z_{1}\right)",
        r"\]",
        r"\begin{align*}",
        r"  & W_{2}[0,0] \, \delta_{2}[0] \, a_{1}[0] \, \left(1 - a_{1}[0]\right) \\",
        r"  & = 0.7 \times \left(-0.07837\right) \times 0.6225 \times \left(1 - 0.6225\right) \\",
        r"  & = -0.01289",
    ]
    assert r"sigmoid passes 24 \% of it on here." in text
    assert r"\frac{\partial z_{2}[0]}{\partial a_{1}[0]}" in text
    assert r"= (-0.3462) \times 0.2263 \times 0.7 \times 0.2350 = -0.01289" in text


@pytest.mark.parametrize(
    "text",
    [
        r"\[ {a \]",
        r"\[ \left(a \]",
        r"\[ \nonsense \]",
        r"a_b",
        r"\begin{align*} a",
        r"\[ a & b \]",
        "\\[ a \n\n b \\]",
        r"\[ é \]",
        r"\[ \left a \right) \]",
    ],
)
def test_the_checker_finds_what_is_wrong(text):
    assert complaints(text)
