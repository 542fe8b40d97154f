"""The committed catalogue says what the specification says, by two different readings of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.telnyx.catalogue import CATALOGUE, Command, Parameter, Schema, event_types, load

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT.parent / "shared" / "telnyx" / "voice-openapi.json"
METHODS = {"get", "post", "put", "patch", "delete"}
Json = dict[str, Any]

pytestmark = pytest.mark.skipif(not SPEC.exists(), reason="the specification is not at hand")


@pytest.fixture(scope="module")
def spec() -> Json:
    document: Json = json.loads(SPEC.read_bytes())
    return document


def test_catalogue_is_what_the_script_makes(tmp_path: Path) -> None:
    """Running the script again gives the committed file, byte for byte."""
    made = tmp_path / "catalogue.json"
    script = ROOT / "scripts" / "make_catalogue.py"

    subprocess.run(
        [sys.executable, str(script), str(SPEC), "-o", str(made)], check=True, capture_output=True
    )

    assert made.read_bytes() == CATALOGUE.read_bytes()


def test_catalogue_has_every_operation_once(spec: Json) -> None:
    """Method and path of every operation appear, and nothing else."""
    documented = sorted(
        (method.upper(), path)
        for path, item in spec["paths"].items()
        for method in METHODS & set(item)
    )

    assert sorted((c.method, c.path) for c in load().values()) == documented


def test_catalogue_knows_the_event_types_of_all_webhooks(spec: Json) -> None:
    """Every event type that occurs as the only value of an event_type is known."""
    found: set[str] = set()

    def visit(node: object) -> None:
        if isinstance(node, dict):
            kind = node.get("event_type")
            if isinstance(kind, dict):
                found.update(follow(spec, kind).get("enum", ()))
            for inner in node.values():
                visit(inner)
        elif isinstance(node, list):
            for inner in node:
                visit(inner)

    visit(
        {
            name: schema
            for name, schema in spec["components"]["schemas"].items()
            if "properties" in schema
        }
    )
    dotted = {name for name in found if "." in name}

    assert event_types() <= dotted
    assert len(event_types()) == len(spec["webhooks"])


def follow(spec: Json, node: Json) -> Json:
    while "$ref" in node:
        target: Any = spec
        for part in node["$ref"].split("/")[1:]:
            target = target[part]
        node = {**target, **{k: v for k, v in node.items() if k != "$ref"}}
    return node


def operation_of(spec: Json, command: Command) -> Json:
    found: Json = spec["paths"][command.path][command.method.lower()]
    return found


def documented_members(spec: Json, operation: Json) -> dict[tuple[str, str], tuple[Json, bool]]:
    """(where, name) → schema as written and whether it is required."""
    members: dict[tuple[str, str], tuple[Json, bool]] = {}
    for written in operation.get("parameters", []):
        parameter = follow(spec, written)
        required = parameter.get("required") is True
        members[parameter["in"], parameter["name"]] = (parameter["schema"], required)
    if "requestBody" in operation:
        content = follow(spec, operation["requestBody"])["content"]["application/json"]
        schema = follow(spec, content["schema"])
        for name, member in schema.get("properties", {}).items():
            members["body", name] = (member, name in schema.get("required", []))
    return members


@pytest.mark.parametrize("name", sorted(load()) if SPEC.exists() else [])
def test_parameters_are_those_of_the_specification(spec: Json, name: str) -> None:
    """Names, places, obligations, types, enumerations, limits and defaults, at every depth."""
    command = load()[name]
    documented = documented_members(spec, operation_of(spec, command))

    assert {(p.where, p.name) for p in command.parameters} == set(documented)
    assert len(command.parameters) == len(documented)
    assert command.has_body == ("requestBody" in operation_of(spec, command))
    for parameter in command.parameters:
        schema, required = documented[str(parameter.where), parameter.name]
        assert parameter.required is required
        compare(spec, parameter, schema, f"{name}.{parameter.name}")


def compare(spec: Json, ours: Schema, written: Json, where: str) -> None:
    theirs = follow(spec, written)
    if len(theirs.get("oneOf", ())) == 1:
        theirs = {
            **follow(spec, theirs["oneOf"][0]),
            **{k: v for k, v in theirs.items() if k != "oneOf"},
        }
    variants = theirs.get("oneOf", [])
    assert set(ours.types) == types_of(spec, theirs), where
    shown = Parameter(
        name="x",
        type=ours.type,
        enum=ours.enum,
        default=ours.default,
        min=ours.min,
        max=ours.max,
    ).as_json()
    assert shown["enum"] == theirs.get("enum"), where
    assert shown["default"] == theirs.get("default"), where
    assert (shown["min"], shown["max"]) == (theirs.get("minimum"), theirs.get("maximum")), where
    assert (ours.min_length, ours.max_length, ours.max_items, ours.pattern) == (
        theirs.get("minLength"),
        theirs.get("maxLength"),
        theirs.get("maxItems"),
        theirs.get("pattern"),
    ), where
    assert [p.name for p in ours.properties if p.required] == [
        name for name in theirs.get("properties", {}) if name in theirs.get("required", ())
    ], where
    assert len(ours.one_of) == len(variants), where
    for variant, written_variant in zip(ours.one_of, variants, strict=True):
        compare(spec, variant, written_variant, f"{where}|")
    if "discriminator" in theirs:
        assert ours.discriminator == theirs["discriminator"]["propertyName"], where
        assert ours.choices is not None, where
        for word, ref in theirs["discriminator"]["mapping"].items():
            assert variants[ours.choices[word]]["$ref"] == ref, where
    if "items" in theirs:
        assert ours.items is not None, where
        compare(spec, ours.items, theirs["items"], f"{where}[]")
    properties = theirs.get("properties", {})
    assert {p.name for p in ours.properties} == set(properties), where
    for member in ours.properties:
        compare(spec, member, properties[member.name], f"{where}.{member.name}")


def types_of(spec: Json, schema: Json) -> set[str]:
    kind = schema.get("type")
    if kind is None and "properties" in schema:
        return {"object"}
    if kind is None:
        return {t for v in schema.get("oneOf", []) for t in types_of(spec, follow(spec, v))}
    return {kind} if isinstance(kind, str) else set(kind)


def test_effects_are_those_listed_in_the_descriptions(spec: Json) -> None:
    """Every event type that a description names in its list of webhooks is an effect of the command."""
    for command in load().values():
        text = operation_of(spec, command).get("description", "")
        listed = text.split("Expected Webhooks")[1] if "Expected Webhooks" in text else ""
        named = {
            word
            for line in listed.splitlines()
            for word in re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", line)
        }

        assert named <= set(command.effect), command.name


def sentences(spec: Json) -> Iterator[str]:
    def visit(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("description", "summary") and isinstance(value, str):
                    yield value
                yield from visit(value)
        elif isinstance(node, list):
            for value in node:
                yield from visit(value)

    return visit(spec)


def test_help_is_our_own_wording(spec: Json) -> None:
    """No line of help of some length is a sentence of the specification."""
    theirs = " ".join(" ".join(sentences(spec)).lower().split())
    ours = {c.help for c in load().values()} | {
        p.help for c in load().values() for p in c.parameters
    }

    copied = [text for text in ours if len(text.split()) > 4 and text.lower().rstrip(".") in theirs]

    assert copied == []
