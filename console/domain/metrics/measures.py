"""Every figure of a moment, the most important first. The mapping of causes to E.425's classes is ours, and shown."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.metrics import names as n
from console.domain.metrics.figures import (
    Figure,
    Moment,
    State,
    abandon_rate,
    live_service_level,
    longest_wait,
    network_failures,
    service_level,
)
from console.domain.metrics.honesty import (
    FEW,
    NONE,
    Mean,
    Ratio,
    mean_span,
    percentile,
    short_span,
)
from console.domain.metrics.parameters import seconds, spell


def figures(m: Moment) -> tuple[Figure, ...]:
    """Every figure, the most important first."""
    return (*_callers(m), *_waits(m), *_talks(m), *_outgoing(m), *_webhooks(m))


def _ratio(
    id_: str, title: str, ratio: Ratio, formula: str, counts: str, *, target: float | None = None,
    above: bool = True, note: str = "",
) -> Figure:  # fmt: skip
    state = State.NONE
    percent = ratio.percent
    if target is not None and percent is not None and ratio.is_telling:
        met = percent >= target if above else percent <= target
        state = State.FINE if met else State.MISSED
    return Figure(id_, title, str(ratio), formula, counts, state, note, percent)


def _callers(m: Moment) -> Iterator[Figure]:
    p = m.parameters
    a, b, offered = m.get(n.ANSWERED), m.get(n.ABANDONED), m.get(n.OFFERED)
    short, in_time, flowed = m.get(n.SHORT), m.get(n.IN_TIME), m.get(n.FLOWED)
    unserved = sum(each.answered for each in m.waiting)
    told = f"{len(m.waiting) - unserved} ringing or queued, {unserved} answered by the application and not connected"
    yield Figure(
        "waiting", "waiting now", str(len(m.waiting)), "offered, not served, not gone", told,
        level=float(len(m.waiting)),
    )  # fmt: skip
    longest = longest_wait(m)
    yield Figure(
        "longest", "longest wait", NONE if longest is None else short_span(longest), "max(now - wait start)",
        f"of {len(m.waiting)} waiting",
        State.NONE if longest is None else (State.MISSED if longest > p.threshold else State.FINE),
        level=None if longest is None else longest / 1e6,
    )  # fmt: skip
    flow = " + F" if p.flow_outs_count else ""
    basis = f"A_T {in_time}, A {a}, B {b}, B_s {short}" + (
        f", F {flowed}" if p.flow_outs_count else ""
    )
    t, target = seconds(p.threshold), p.service_target
    yield _ratio(
        "service",
        f"service level ≤{t}",
        service_level(m),
        f"A_T / (A + B - B_s{flow})",
        basis,
        target=target,
    )
    live = live_service_level(m)
    late = live.whole - service_level(m).whole
    yield _ratio("service live", "service level, live", live, f"A_T / (A + B - B_s{flow} + waiting longer than T)",
                 f"{basis}, waiting longer than T {late}", target=target)  # fmt: skip
    yield Figure(
        "answered",
        "answered",
        str(a),
        "offered and served",
        f"A {a} of O {offered}; {spell(p)}",
        level=float(a),
    )
    away = m.get(n.TURNED_AWAY)
    yield _ratio("abandoned", "abandoned", abandon_rate(m), "B / O", f"B {b}, O {offered}; of B {away} were turned away by us",
                 target=p.abandon_target, above=False, note=f"{b} of {offered}")  # fmt: skip
    yield _ratio("abandoned long", "abandoned, without short", Ratio(b - short, a + b - short), "(B - B_s) / (A + B - B_s)",
                 f"A {a}, B {b}, B_s {short}")  # fmt: skip
    yield _ratio("service A", "service level, answered only", Ratio(in_time, a), "A_T / A (optimistic: who gave up vanishes)",
                 f"A_T {in_time}, A {a}")  # fmt: skip
    gone = m.get(n.ABANDONED_IN_TIME)
    yield _ratio("service SL2", "service level, SL2", Ratio(in_time + gone, a + b), "(A_T + B_T) / (A + B)",
                 f"A_T {in_time}, B_T {gone}, A {a}, B {b}")  # fmt: skip
    yield Figure(
        "flowed",
        "flowed out",
        str(flowed),
        "left a queue by time-out or command, not served",
        f"F {flowed}",
    )
    if m.repeated is not None:
        yield _ratio("repeated", "repeat callers", m.repeated, "calls whose number had called today / calls with a number",
                     f"{m.repeated.part} of {m.repeated.whole}; no first-contact resolution")  # fmt: skip


def _waits(m: Moment) -> Iterator[Figure]:
    a, b = m.get(n.ANSWERED), m.get(n.ABANDONED)
    waits, gone = m.spread(n.WAIT), m.spread(n.GONE)
    asa = Mean(m.get(n.WAIT_ANSWERED), a)
    yield Figure(
        "asa",
        "ASA, average speed of answer",
        mean_span(asa),
        "Σ wait over A / A",
        f"A {a}",
        level=_seconds(asa),
    )
    yield _percentiles("wait", "wait of answered", waits, "over A")
    yield _percentiles("wait all", "wait of answered and abandoned", waits + gone, "over A + B")
    gave_up = Mean(m.get(n.WAIT_ABANDONED), b)
    yield Figure(
        "gave up",
        "time to abandon",
        mean_span(gave_up),
        "Σ wait over B / B",
        f"B {b}",
        level=_seconds(gave_up),
    )


def _percentiles(id_: str, title: str, found: list[tuple[int, int]], over: str) -> Figure:
    total = sum(often for _value, often in found)
    formula = f"{over}; values to three digits"
    if total < FEW:
        return Figure(
            id_,
            f"p50, p95 {title}",
            NONE if not total else f"too few ({total})",
            formula,
            f"{total} calls",
        )
    p50, p95 = (percentile(found, share) or 0 for share in (0.5, 0.95))
    value = f"{short_span(p50 * 1000)}, {short_span(p95 * 1000)}"
    return Figure(id_, f"p50, p95 {title}", value, formula, f"{total} calls", level=p95 / 1000)


def _talks(m: Moment) -> Iterator[Figure]:
    yield Figure(
        "open",
        "legs now",
        str(m.open),
        "begun and not ended",
        f"peak {m.peak} in the window",
        level=float(m.open),
    )
    lasted = Mean(m.get(n.DURATION), m.get(n.LASTED))
    yield Figure("acd", "ACD, average call duration", mean_span(lasted), "Σ(hangup - answered) / answered legs that ended",
                 f"{lasted.calls} legs", level=_seconds(lasted))  # fmt: skip
    handle = Mean(m.get(n.HANDLE), m.get(n.HANDLED))
    talk = Mean(m.get(n.HANDLE) - m.get(n.HOLD), m.get(n.HANDLED))
    yield Figure("aht", "handle time without wrap-up", mean_span(handle), "Σ(talk + hold) / handled; no event tells of wrap-up",
                 f"{handle.calls} served calls that ended", level=_seconds(handle))  # fmt: skip
    yield Figure(
        "talk",
        "talk time",
        mean_span(talk),
        "Σ(hangup - served - hold) / handled",
        f"{talk.calls} served calls that ended",
    )
    yield _ratio("short calls", "short calls", Ratio(m.get(n.SHORT_CALLS), m.get(n.LASTED)),
                 f"answered legs with hangup - answered < {seconds(m.parameters.short_call)} / answered legs that ended",
                 f"{m.get(n.SHORT_CALLS)} of {m.get(n.LASTED)}")  # fmt: skip
    for id_, title, name in (
        ("causes", "hang-up causes", n.CAUSE),
        ("sides", "hang-up side", n.SOURCE),
    ):
        mix = m.words(name)
        total = m.get(n.ENDED)
        value = f"{mix[0][0]} {Ratio(mix[0][1], total)}" if mix else NONE
        yield Figure(
            id_,
            title,
            value,
            "share of legs that ended",
            ", ".join(f"{word} {often}" for word, often in mix) or "none",
        )
    yield _mos(m)
    costs = [(word, often) for word, often in m.words(n.COST)]
    if costs:
        value = ", ".join(f"{often / 1e6:.4f} {word}".strip() for word, often in costs)
        billed = m.get(n.BILLED)
        per = (
            f"; {sum(often for _w, often in costs) / 1e6 / (billed / 60):.4f} a minute"
            if billed and len(costs) == 1
            else ""
        )
        yield Figure(
            "cost", "cost", value, "Σ total_cost", f"{m.get(n.COSTED)} legs, {billed} s billed{per}"
        )
    else:
        yield Figure(
            "cost",
            "cost",
            NONE,
            "Σ total_cost",
            "no call.cost: the application must have call_cost_in_webhooks",
        )


def _mos(m: Moment) -> Figure:
    told = m.spread(n.MOS)
    count = sum(often for _value, often in told)
    if not count:
        return Figure(
            "mos", "MOS", NONE, "min, mean; told at hang-up only", "no call_quality_stats"
        )
    mean = sum(value * often for value, often in told) / count / 100
    low = sum(often for value, often in told if value < m.parameters.mos_floor * 100)
    return Figure("mos", "MOS", f"{min(told)[0] / 100:.2f} to {max(told)[0] / 100:.2f}, mean {mean:.2f}",
                  f"inbound side, told at hang-up only; below {m.parameters.mos_floor:g}: {Ratio(low, count)}",
                  f"{count} legs, {low} below {m.parameters.mos_floor:g}", level=mean)  # fmt: skip


def _outgoing(m: Moment) -> Iterator[Figure]:
    seized, open_, answered = m.get(n.SEIZED), m.get(n.SEIZED_OPEN), m.get(n.SEIZED_ANSWERED)
    settled = seized - open_
    still = f"; {open_} still open" if open_ else ""
    yield _ratio("asr", "ASR, answer seizure ratio", Ratio(answered, settled), "answered / outgoing legs that are settled",
                 f"{answered} of {settled}{still}")  # fmt: skip
    refused = m.get(n.DIALS_REFUSED)
    yield _ratio("abr", "ABR, answer bid ratio", Ratio(answered, settled + refused), "answered / (settled outgoing legs + dials refused)",
                 f"{answered} of {settled} + {refused} refused here")  # fmt: skip
    busy, silent, declined, network = (
        m.get(each) for each in (n.BUSY, n.NO_ANSWER, n.DECLINED, n.NETWORK)
    )
    yield _ratio("ner", "NER, network effectiveness", Ratio(answered + busy + silent + declined, settled),
                 "(answered + busy + no answer + rejected) / settled; by cause, else SIP code (486 600 busy, 480 487 no answer, 603"
                 " rejected), all else is the network's",
                 f"answered {answered}, busy {busy}, no answer {silent}, rejected {declined}, network {network}{still}")  # fmt: skip
    yield _setup(m)
    codes = m.words(n.SIP)
    invites = sum(often for _code, often in codes)

    def of(*wanted: str) -> int:
        return sum(often for code, often in codes if code in wanted)

    told = ", ".join(f"{code} {often}" for code, often in codes) or "none"
    approx = "; approximate: final codes only, no redirects seen"
    yield _ratio(
        "seer",
        "SEER",
        Ratio(of("200", "480", "486", "600", "603"), invites),
        f"(200 480 486 600 603) / INVITE{approx}",
        told,
    )
    yield _ratio("ser", "SER", Ratio(of("200"), invites), f"200 / INVITE{approx}", told)
    yield _ratio(
        "isa",
        "ISA",
        Ratio(of("408", "500", "503", "504"), invites),
        f"(408 500 503 504) / INVITE{approx}",
        told,
    )


def _setup(m: Moment) -> Figure:
    found = m.spread(n.SETUP)
    count = sum(often for _value, often in found)
    mean = Mean(sum(value * often for value, often in found) * 1000, count)
    return Figure("setup", "setup time", mean_span(mean), "Σ(answered - initiated) / answered outgoing legs; includes ringing,"
                  " an upper bound of the post-dial delay, which no event tells", f"{count} legs", level=_seconds(mean))  # fmt: skip


def _webhooks(m: Moment) -> Iterator[Figure]:
    lags = m.spread(n.LAG)
    count = sum(often for _value, often in lags)
    value = NONE if not count else f"too few ({count})"
    level = None
    if count >= FEW:
        p50, p95 = (percentile(lags, share) or 0 for share in (0.5, 0.95))
        value, level = f"{_ms(p50)}, {_ms(p95)}", float(p95)
    yield Figure("lag", "webhook lag p50, p95", value, "received - occurred_at, first deliveries; both clocks are in it",
                 f"{count} webhooks, {m.get(n.REPEATED)} repeated deliveries", level=level)  # fmt: skip
    refused, taken = m.get(n.REFUSED), m.get(n.WEBHOOKS)
    yield Figure("refused", "refused webhooks", str(refused), "deliveries whose signature or time was wrong",
                 f"{refused} refused, {taken} verified", State.MISSED if refused else State.NONE, level=float(refused))  # fmt: skip
    failed, sent = m.get(n.COMMANDS_FAILED), m.get(n.COMMANDS)
    yield Figure("commands", "commands failed", str(failed), "commands of this journal that Telnyx refused or never got",
                 f"{failed} of {sent} sent", State.MISSED if failed else State.NONE, level=float(failed))  # fmt: skip
    network = network_failures(m)
    yield _ratio("failures", "outgoing calls failed", network, "network failures / settled outgoing legs (1 - NER)",
                 f"{network.part} of {network.whole}")  # fmt: skip


def _ms(milliseconds: int) -> str:
    return f"{milliseconds} ms" if abs(milliseconds) < 10_000 else f"{milliseconds / 1000:.1f} s"


def _seconds(mean: Mean) -> float | None:
    return None if mean.value is None else mean.value / 1e6
