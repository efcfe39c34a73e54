"""The gradient check of the step in view, beside the training itself."""

from bpsim.engine.gradient_check import GradientCheck
from bpsim.session.session import Session


def check_of(session: Session) -> GradientCheck:
    """Prepare a check of the gradients that the step in view uses, at whatever operation.

    They belong to the parameters from before its update, and to its batch. Everything is copied;
    the session stays as it is.
    """
    parameters = session.machine.state_before()[: len(session.parameters())]
    return GradientCheck(session.program.specification, session.program.batch.copy(), parameters)
