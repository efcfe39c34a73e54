"""What is said of breakpoints and where they stopped."""

from bpsim.explain.numbers import format_number
from bpsim.session.stopping.breakpoints import Breakpoint, Stop
from bpsim.words import translate


def stop_words(stop: Stop) -> str:
    """Say where training stopped, and why: ``Stopped at delta1: abs(delta1[0]) > 0.1 …``."""
    condition = stop.breakpoint.condition
    if not condition:
        words = translate("debugger", "Stopped at {operation}, a breakpoint")
        return words.format(operation=stop.operation)
    words = translate("debugger", "Stopped at {operation}: {condition}")
    text = words.format(operation=stop.operation, condition=condition)
    facts = [f"{name} = {format_number(value)}" for name, value in stop.facts]
    if stop.sample is not None:
        sample = translate("debugger", "sample {sample}")
        facts.append(sample.format(sample=stop.sample + 1))
    return f"{text}  ({', '.join(facts)})" if facts else text


def breakpoint_words(each: Breakpoint) -> str:
    """Name a breakpoint: ``at delta1 if loss > 1``."""
    if not each.operation:
        return each.condition
    if not each.condition:
        return each.operation
    words = translate("debugger", "{operation} if {condition}")
    return words.format(operation=each.operation, condition=each.condition)
