"""The floors of reading: a figure that fell must not take its floor down unseen."""

from tests.extraction.set_floors import moved

FLOORS = {"made-up": {"body_f1": 0.97, "title": 0.93}}
REACHED = {"made-up": {"body_f1": 0.9762, "title": 0.921}}


def test_a_floor_rises_with_its_figure_and_never_falls_by_itself() -> None:
    floors, short = moved(FLOORS, REACHED, may_lower=False)
    assert floors == {"made-up": {"body_f1": 0.975, "title": 0.93}}
    assert short == ["made-up title: 0.9210, the floor is 0.93"]


def test_a_floor_falls_when_told_to() -> None:
    floors, _ = moved(FLOORS, REACHED, may_lower=True)
    assert floors == {"made-up": {"body_f1": 0.975, "title": 0.92}}
