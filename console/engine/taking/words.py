"""What is said about a webhook URL that is taken or given back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.domain.text import clean
from console.domain.values import text
from console.engine.taking.plan import URL, Application, Swap, shown, value
from console.standing import Changed, TakingHealth


def changed(application: Application, changes: Mapping[str, object]) -> tuple[Changed, ...]:
    """What changes, for a person to look at."""
    return tuple(
        Changed(name, value(application, name), None if after is None else str(after))
        for name, after in changes.items()
    )


def given_back(
    held: Swap,
    changes: Mapping[str, str | None],
    theirs: Sequence[tuple[str, str | None]],
    lost: Sequence[str],
) -> str:
    """What became of every setting, in one sentence."""
    said = []
    if URL in changes:
        said.append(f"the webhooks of {name_of(held)} go to {shown(changes[URL])} again")
    elif changes:
        said.append(f"{', '.join(changes)} of {name_of(held)} is as before")
    said += [
        f"{name} was changed by somebody else meanwhile and stays {shown(now)}"
        for name, now in theirs
    ]
    if lost:
        said.append(f"{name_of(held)} had no webhook URL before, so it keeps ours")
    return "; ".join(said) or f"{name_of(held)} was as before already"


def name_of(swap: Swap) -> str:
    """The application, for a sentence."""
    return clean(swap.application_name) or swap.application_id


def shown_name(application: Application, id_: str) -> str:
    """The same for one that was just read."""
    return clean(text(application, "application_name") or id_)


def own_url(swap: Swap) -> str | None:
    """Where the application's webhooks went before."""
    return next((each.before for each in swap.settings if each.name == URL), None)


def health_of(swap: Swap, *, is_left: bool) -> TakingHealth:
    """What is taken, for everybody to see."""
    what, own = f"the webhook URL of {name_of(swap)}", own_url(swap)
    sentence = f"{what} is ours until this engine ends; before, it was {shown(own)}"
    if is_left:
        sentence = f"{what} was taken and never given back: it is still to go back to {shown(own)}"
    return TakingHealth(
        application_id=swap.application_id,
        application_name=clean(swap.application_name),
        our_url=swap.our_url,
        taken_at=swap.taken_at,
        own_url=own,
        is_left=is_left,
        sentence=sentence,
    )
