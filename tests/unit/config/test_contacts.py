"""Names, numbers and SIP URIs: what may be typed, what goes on the wire, what is shown."""

from pathlib import Path

import pytest

from console.config.contacts import Contact, Contacts
from console.errors import ConfigError, UsageError

FILE = """
Annex = "+1 (415) 555-0111"
Ann = "sip:ann@example.sip.telnyx.com"
"Front desk" = "+13125550100"
"""


@pytest.fixture
def contacts(tmp_path: Path) -> Contacts:
    """The contacts of FILE."""
    file = tmp_path / "contacts.toml"
    file.write_text(FILE, encoding="utf-8")
    return Contacts.load(file)


def refused(folder: Path, text: str) -> str:
    """What is said about a contacts file that cannot be used."""
    file = folder / "contacts.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Contacts.load(file)
    return caught.value.user_message


def test_contacts_without_a_file_are_empty(tmp_path: Path) -> None:
    """Nobody needs a contacts file."""
    assert len(Contacts.load(tmp_path / "contacts.toml")) == 0


def test_contacts_may_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    """[contacts] and plain lines mean the same."""
    file = tmp_path / "contacts.toml"
    file.write_text('Ann = "+13125550101"\n[contacts]\nBob = "+13125550102"\n', encoding="utf-8")

    assert [contact.name for contact in Contacts.load(file).find("")] == ["Ann", "Bob"]


def test_find_looks_in_names_and_destinations_beginnings_first(contacts: Contacts) -> None:
    """Typing narrows the list; an empty text lists everybody."""
    assert [contact.name for contact in contacts.find("ann")] == ["Annex", "Ann"]
    assert [contact.name for contact in contacts.find("DESK")] == ["Front desk"]
    assert contacts.find("555011") == [Contact("Annex", "+14155550111")]
    assert len(contacts.find(" ")) == 3
    assert contacts.find("nobody") == []


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("ann", "sip:ann@example.sip.telnyx.com"),
        (" FRONT DESK ", "+13125550100"),
        ("+13125550199", "+13125550199"),
        ("+1 (312) 555-0199", "+13125550199"),
        ("+44 20 7946 0018", "+442079460018"),
        ("+1\u00a0312\u2011555\u20110199", "+13125550199"),
        ("sip:bob@example.com", "sip:bob@example.com"),
        ("SIPS:bob@example.com;transport=tls", "SIPS:bob@example.com;transport=tls"),
    ],
)
def test_destination_gives_what_goes_on_the_wire(contacts: Contacts, typed: str, sent: str) -> None:
    """Names in any case, numbers as people write them, SIP URIs untouched."""
    assert contacts.destination(typed) == sent


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "nothing to call"),
        ("   ", "nothing to call"),
        ("3125550199", "with [+] and its country code"),
        ("004420 7946 0018", "with [+] in place of 00"),
        ("+1312", "is not a destination"),
        ("+1312555019", "too short for its country"),
        ("+131255501999", "too long for its country"),
        ("+2101234567890", "there is no such country code"),
        ("+0123456789", "is not a destination"),
        ("+1312555O199", "is not a destination"),
        ("sip:", "not a whole SIP URI"),
        ("sip:bob", "not a whole SIP URI"),
        ("sip:bob@exa mple.com", "not a whole SIP URI"),
        ("bob@example.com", "is not a destination"),
        ("\u0663\u0661\u0662", "is not a destination"),
        ("Front dsk", "nobody is called Front dsk; did you mean Front desk[?]"),
        ("Zebulon", "nobody is called Zebulon; write a number"),
    ],
)
def test_destination_says_why_something_cannot_be_called(
    contacts: Contacts, typed: str, said: str
) -> None:
    """Every refusal is a sentence with what to write instead."""
    with pytest.raises(UsageError, match=said):
        contacts.destination(typed)


def test_readable_groups_a_number_and_leaves_the_rest(contacts: Contacts) -> None:
    """Numbers for people; anything that is none stays as it is."""
    assert contacts.readable("+13125550100") == "+1 312 555 0100"
    assert contacts.readable("+442079460018") == "+44 20 7946 0018"
    for other in ("sip:ann@example.com", "anonymous", "", "+1", "3125550100", "+9990000000"):
        assert contacts.readable(other) == other


def test_name_of_knows_contacts_and_no_strangers(contacts: Contacts) -> None:
    """The way back from a number to its name."""
    assert contacts.name_of("+13125550100") == "Front desk"
    assert contacts.name_of("+13125550101") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ann = 3125550100\n", 'Ann: expected a text, as Ann = "+13125550100"'),
        ('Ann = "3125550100"\n', "Ann: 3125550100: write the number with +"),
        ('Ann = "+13125550100"\nann = "+13125550101"\n', "two names differ only by"),
        ('Ann = "+13125550100\n', "line 1"),
    ],
)
def test_contacts_file_that_is_wrong_names_file_and_contact(
    tmp_path: Path, text: str, said: str
) -> None:
    """A wrong line is an error at start, not when the call is made."""
    message = refused(tmp_path, text)

    assert said in message
    assert "contacts.toml" in message
