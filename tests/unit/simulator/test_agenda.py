"""Timers in order, forgettable by owner."""

from console.simulator.agenda import Agenda


def test_agenda_gives_timers_in_order_of_time_then_of_making() -> None:
    """Two timers at the same moment happen in the order in which they were set."""
    agenda, happened = Agenda(), list[str]()
    for due, name in ((20, "late"), (10, "first"), (10, "second")):
        agenda.put(due, "leg", name, lambda name=name: happened.append(name))  # type: ignore[misc]

    while (timer := agenda.pop_due(30)) is not None:
        timer.action()

    assert happened == ["first", "second", "late"]
    assert len(agenda) == 0


def test_agenda_keeps_one_timer_of_a_name() -> None:
    """Setting a timer again moves it."""
    agenda = Agenda()
    agenda.put(10, "leg", "hang up", lambda: None)
    agenda.put(50, "leg", "hang up", lambda: None)

    assert agenda.pop_due(40) is None
    assert agenda.next_due() == 50
    assert len(agenda) == 1


def test_agenda_forgets_what_belonged_to_an_owner() -> None:
    """An ended call leaves nothing behind; others keep their timers."""
    agenda = Agenda()
    agenda.put(10, "gone", "a", lambda: None)
    agenda.put(11, "gone", "b", lambda: None)
    agenda.put(12, "stays", "a", lambda: None)

    agenda.cancel_all("gone")

    assert agenda.next_due() == 12
    assert len(agenda) == 1


def test_agenda_does_not_grow_with_forgotten_timers() -> None:
    """Time limits of four hours of calls that ended long ago do not pile up."""
    agenda = Agenda()
    for number in range(10_000):
        agenda.put(10**9, f"leg {number}", "limit", lambda: None)
        agenda.cancel_all(f"leg {number}")

    assert len(agenda._heap) < 100
