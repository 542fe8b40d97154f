"""Numbers and names that belong to nobody: only ranges reserved for fiction, only people out of books.

United States: +1 NPA 555 0100 to 0199 (reserved by the numbering plan administrator for fiction). United Kingdom: the
ranges that Ofcom keeps for drama (for example 020 7946 0xxx, 0161 496 0xxx, 01632 960xxx, 07700 900xxx).
"""

import random
import re
from typing import NamedTuple

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SIP_URI = re.compile(r"sips?:[^@\s]+@[^\s@]+")

_AREA_CODES = (
    "202", "206", "212", "213", "303", "305", "312", "404", "415", "503", "504", "512",
    "602", "612", "615", "617", "702", "713", "720", "808", "816", "858", "907", "917",
)  # fmt: skip
_UK_PREFIXES = (
    "+44207946", "+44113496", "+44114496", "+44115496", "+44116496", "+44117496", "+44118496",
    "+44121496", "+44131496", "+44141496", "+44151496", "+44161496", "+44191498",
)  # fmt: skip
_UK_SIX_DIGITS = ("+441632960", "+447700900")
_NAMES = (
    "Elizabeth Bennet", "Fitzwilliam Darcy", "Emma Woodhouse", "Anne Elliot", "Jane Eyre", "Edward Rochester",
    "Catherine Earnshaw", "Dorothea Brooke", "Silas Marner", "Maggie Tulliver", "Philip Pirrip", "Miss Havisham",
    "Samuel Pickwick", "David Copperfield", "Ebenezer Scrooge", "Sherlock Holmes", "John Watson", "Irene Adler",
    "Mina Harker", "Jonathan Harker", "Phileas Fogg", "Captain Nemo", "Edmond Dantes", "Jean Valjean", "Emma Bovary",
    "Anna Karenina", "Pierre Bezukhov", "Rodion Raskolnikov", "Natasha Rostova", "Ishmael", "Captain Ahab",
    "Hester Prynne", "Jo March", "Tom Sawyer", "Becky Thatcher", "Huckleberry Finn", "Isabel Archer", "Daisy Miller",
    "Long John Silver", "Jim Hawkins", "Henry Jekyll", "Dorian Gray", "Lady Bracknell", "Peter Pan", "Wendy Darling",
    "Mowgli", "Dorothy Gale", "Gregor Samsa", "Josef K.", "Effi Briest", "Hans Castorp", "Tony Buddenbrook",
    "Sancho Panza", "Dulcinea del Toboso", "Geppetto", "Heidi", "Pippi", "Nils Holgersson", "Nora Helmer", "Peer Gynt",
)  # fmt: skip


class Party(NamedTuple):
    """Somebody who calls: a number or SIP URI, and the name shown with it (None when withheld)."""

    number: str
    name: str | None


def us_number(rng: random.Random, *, last: int | None = None) -> str:
    """A number out of +1 NPA 555 0100–0199; `last` (100 to 199) chooses the last digits."""
    line = rng.randrange(100, 189) if last is None else last
    return f"+1{rng.choice(_AREA_CODES)}5550{line:03d}"


def _uk_number(rng: random.Random) -> str:
    if rng.random() < 0.4:
        return f"{rng.choice(_UK_SIX_DIGITS)}{rng.randrange(1000):03d}"
    return f"{rng.choice(_UK_PREFIXES)}{rng.randrange(1000):04d}"


def caller(rng: random.Random) -> Party:
    """Somebody to call us: mostly US numbers, some from the UK, a few over SIP; some withhold their name."""
    kind = rng.random()
    name = rng.choice(_NAMES)
    if kind < 0.7:
        number = us_number(rng)
    elif kind < 0.93:
        number = _uk_number(rng)
    else:
        user = re.sub(r"[^a-z]+", ".", name.lower()).strip(".")
        number = f"sip:{user}@phones.example.com"
    return Party(number, name if rng.random() < 0.8 else None)


def is_e164(text: str) -> bool:
    """Whether the text is a number as Telnyx wants it: + and 7 to 15 digits."""
    return E164.fullmatch(text) is not None


def is_destination(text: str) -> bool:
    """Whether a call can go there: a number or a SIP URI, with an optional `,digits` suffix (VOICE b)."""
    target = bare(text)
    return is_e164(target) or SIP_URI.fullmatch(target) is not None


def bare(to: str) -> str:
    """The destination without the digits to be dialled after the answer."""
    return to.partition(",")[0].strip()


def last_four(to: str) -> str:
    """The digits that choose how a destination behaves (DESIGN 5.4); for a SIP URI those of its user part."""
    target = bare(to)
    if target.startswith(("sip:", "sips:")):
        target = target.partition(":")[2].partition("@")[0]
    return re.sub(r"\D", "", target)[-4:]
