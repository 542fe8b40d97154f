"""What may be changed and what may be put back: never somebody else's value, never the old one forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.engine.taking.plan import (
    FAILOVER,
    NAMES,
    URL,
    VERSION,
    Kept,
    restoring,
    suggested_failover,
    taking,
    to_change,
    value,
)

OURS = "https://console.example/webhooks"
OTHERS = ("https://app.example/hook", "https://other.example/hook", "http://x.example:8080/")
MOVED = "https://console-2.example/webhooks"

urls = st.sampled_from((None, OURS, *OTHERS))
applications = st.fixed_dictionaries(
    {
        URL: st.sampled_from((OURS, *OTHERS)),
        FAILOVER: urls,
        VERSION: st.sampled_from(("1", "2", None)),
    }
)
foreign = st.dictionaries(
    st.sampled_from(NAMES), st.sampled_from(("https://foreign.example/", "https://f2.example/x"))
)

Settings = dict[str, str | None]


def now(application: Settings) -> Settings:
    return {name: value(application, name) for name in NAMES}


def apply(application: Settings, changes: dict[str, object]) -> Settings:
    return {**application, **changes}  # type: ignore[dict-item]


def restored(application: Settings, kept: tuple[Kept, ...]) -> Settings:
    return {**application, **restoring(application, kept).changes}


@given(applications, st.booleans())
def test_what_was_taken_and_given_back_is_as_before(
    application: Settings, with_failover: bool
) -> None:
    """To the last setting."""
    kept = taking(application, OURS, with_failover=with_failover)
    after = apply(application, to_change(application, kept))

    assert value(after, URL) == OURS
    assert value(after, VERSION) == "2"
    assert now(restored(after, kept)) == now(application)


@given(applications, st.booleans(), foreign)
def test_what_somebody_else_set_is_never_overwritten(
    application: Settings, with_failover: bool, theirs: Settings
) -> None:
    """Each setting for itself; giving back twice changes nothing more."""
    kept = taking(application, OURS, with_failover=with_failover)
    after = {**apply(application, to_change(application, kept)), **theirs}

    end = restored(after, kept)

    assert {name: end[name] for name in theirs} == theirs
    for name in set(NAMES) - set(theirs):
        assert value(end, name) == value(application, name)
    assert not restoring(end, kept).changes


@given(applications, st.lists(st.tuples(st.booleans(), st.booleans()), max_size=5), foreign)
def test_old_values_survive_any_number_of_crashes(
    application: Settings, lives: list[tuple[bool, bool]], theirs: Settings
) -> None:
    """Killed before the change reached Telnyx or after it, at another address each time: the first values come back."""
    present, held = application, tuple[Kept, ...]()
    for moved, reached in lives:
        url = MOVED if moved else OURS
        kept = taking(present, url, with_failover=True, held=held)
        if reached:
            present = apply(present, to_change(present, kept))
        held = kept
    present = {**present, **theirs}

    end = restored(present, held)

    for name in NAMES:
        expected = theirs[name] if name in theirs else value(application, name)
        assert value(end, name) == expected


@given(applications)
def test_taking_twice_changes_nothing_the_second_time(application: Settings) -> None:
    """And the old values stay the old values."""
    kept = taking(application, OURS, with_failover=True)
    after = apply(application, to_change(application, kept))
    again = taking(after, OURS, with_failover=True, held=kept)

    assert to_change(after, again) == {}
    assert [(k.name, k.before) for k in again] == [(k.name, k.before) for k in kept]


def test_own_url_is_suggested_as_failover_only_where_there_is_none() -> None:
    """An address that looks after calls already stays."""
    own = {URL: OTHERS[0]}
    assert suggested_failover(own, OURS) == OTHERS[0]
    assert suggested_failover({**own, FAILOVER: OTHERS[1]}, OURS) is None
    assert suggested_failover({**own, FAILOVER: OURS}, OURS) == OTHERS[0]
    assert suggested_failover({URL: OURS}, OURS) is None
    kept = taking(own, OURS, with_failover=False)
    assert suggested_failover({URL: OURS}, OURS, kept) == OTHERS[0]


def test_timeout_and_everything_else_is_untouched() -> None:
    """Only three settings are ever named."""
    application = {URL: OTHERS[0], "webhook_timeout_secs": 25, "active": True}
    kept = taking(application, OURS, with_failover=True)

    assert to_change(application, kept) == {URL: OURS, FAILOVER: OTHERS[0], VERSION: "2"}


def test_address_that_telnyx_writes_in_another_way_is_still_ours() -> None:
    """Case of the host, usual port and last slash do not make it somebody else's."""
    kept = taking({URL: OTHERS[0], VERSION: "2"}, OURS, with_failover=False)

    shown = {URL: "https://Console.example:443/webhooks/", VERSION: "2"}
    assert restoring(shown, kept).changes == {URL: OTHERS[0]}


def test_application_without_a_url_keeps_ours() -> None:
    """Telnyx takes no empty one; that is said, not tried."""
    kept = taking({VERSION: "2"}, OURS, with_failover=True)

    plan = restoring({URL: OURS, VERSION: "2"}, kept)
    assert (plan.changes, plan.lost) == ({}, (URL,))
