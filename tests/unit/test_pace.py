"""How time is shared between training and drawing, told by a clock of the test's own."""

from itertools import pairwise

from bpsim.ui.pace import DRAWING, FRAME_S, LONGEST_S, SELDOM_S, SHORTEST_S, Pace


def run(seconds, light, heavy):
    """Run with drawings that take so long; give moments of frames, of all panels, and training."""
    pace, now, trained, frames, full = Pace(), 0.0, 0.0, [], []
    pace.begin()
    while now < seconds:
        length = pace.slice(now)
        now, trained = now + length, trained + length
        every = pace.is_for_all(now)
        frames.append(now)
        if every:
            full.append(now)
        now += heavy if every else light
    return frames, full, trained / now


def longest(moments):
    return max(b - a for a, b in pairwise(moments))


def test_training_gets_its_share_and_every_picture_comes_in_time():
    frames, full, share = run(20.0, 0.004, 0.02)
    assert share > 0.8
    assert len(frames) > 20.0 * 25
    assert len(full) > 20.0 / SELDOM_S
    assert longest(full) < SELDOM_S + FRAME_S


def test_all_panels_wait_longer_where_they_take_longer():
    quick, slow = (run(20.0, 0.002, heavy)[1] for heavy in (0.01, 0.05))
    assert len(quick) > 2 * len(slow)


def test_slow_drawing_leaves_training_a_slice_all_the_same():
    frames, full, share = run(20.0, 0.04, 0.1)
    assert share > 0.4
    assert longest(frames) <= LONGEST_S + 0.1 + 1e-9
    assert longest(full) < SELDOM_S + 0.1 + LONGEST_S
    assert run(20.0, 0.01, 0.05)[2] > SHORTEST_S / (SHORTEST_S + 0.01)


def test_what_passed_before_a_run_does_not_count():
    pace = Pace()
    pace.begin()
    pace.slice(0.0)
    pace.is_for_all(1.0)
    pace.begin()
    assert pace.slice(100.0) <= FRAME_S
    assert pace.is_for_all(100.04)


def test_drawing_has_less_than_a_fifth():
    assert DRAWING < 0.2
