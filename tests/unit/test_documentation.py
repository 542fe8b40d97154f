"""The pages of the documentation lead somewhere: every link, every heading and every picture is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
PICTURES = sorted((ROOT / "docs").rglob("*.svg"))
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_MOST_BYTES = 100_000
_MOST_PICTURES = 20


def links(page: Path) -> Iterator[str]:
    """Where a page leads inside of the repository."""
    for target in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if "://" not in target:
            yield target


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as they are linked to."""
    titles = re.findall(r"^#+ (.+)$", _CODE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file that is there, and to a heading that it has."""
    for link in links(page):
        name, _, heading = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_file(), f"{link} in {page.name}"
        assert not heading or heading in anchors(target), f"{link} in {page.name}"


def test_every_picture_is_shown() -> None:
    """What no page shows is not kept; there are not many, and none is large."""
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}

    assert [picture.name for picture in PICTURES if picture not in shown] == []
    assert len(PICTURES) <= _MOST_PICTURES
    assert [each.name for each in PICTURES if each.stat().st_size > _MOST_BYTES] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.stem)
def test_picture_stands_alone(picture: Path) -> None:
    """It is well-formed, has words in it, and asks nobody for a font."""
    text = picture.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)

    assert root.tag.endswith("svg")
    assert "Call Console" in "".join(root.itertext()).replace("\xa0", " ")
    assert "url(http" not in text
    assert 'url("http' not in text
