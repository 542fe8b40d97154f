"""Makes `console/telnyx/catalogue.json` from Telnyx's OpenAPI document and `scripts/catalogue_facts.toml`.

Usage: python scripts/make_catalogue.py SPEC [-o console/telnyx/catalogue.json]

Everything a machine can check comes from SPEC: names, methods, paths, types, enumerations, limits, defaults, events.
The facts are ours: the leg states a command makes sense in, events that practice adds, and one line of help.
The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FACTS = Path(__file__).with_name("catalogue_facts.toml")
METHODS = ("get", "post", "put", "patch", "delete")
EVENT = re.compile(r"`((?:call|conference|streaming|siprec)\.[a-z_.]+)`")

Json = dict[str, Any]

NAMES = {
    ("POST", "/calls"): "dial",
    ("GET", "/calls/{call_control_id}"): "status",
    ("GET", "/connections/{connection_id}/active_calls"): "active_calls",
    ("GET", "/call_events"): "call_events",
    ("GET", "/webhook_deliveries"): "webhook_deliveries.list",
    ("GET", "/webhook_deliveries/{id}"): "webhook_deliveries.show",
    ("GET", "/call_control_applications"): "apps.list",
    ("POST", "/call_control_applications"): "apps.create",
    ("GET", "/call_control_applications/{id}"): "apps.show",
    ("PATCH", "/call_control_applications/{id}"): "apps.update",
    ("DELETE", "/call_control_applications/{id}"): "apps.delete",
    ("GET", "/conferences"): "conference.list",
    ("POST", "/conferences"): "conference.create",
    ("GET", "/conferences/{id}"): "conference.show",
    ("GET", "/conferences/{conference_id}/participants"): "conference.participants",
    ("GET", "/conferences/{id}/participants/{participant_id}"): "conference.participant.show",
    ("PATCH", "/conferences/{id}/participants/{participant_id}"): "conference.participant.update",
    ("GET", "/queues"): "queue.list",
    ("POST", "/queues"): "queue.create",
    ("GET", "/queues/{queue_name}"): "queue.show",
    ("POST", "/queues/{queue_name}"): "queue.update",
    ("DELETE", "/queues/{queue_name}"): "queue.delete",
    ("GET", "/queues/{queue_name}/calls"): "queue.calls",
    ("GET", "/queues/{queue_name}/calls/{call_control_id}"): "queue.call.show",
    ("PATCH", "/queues/{queue_name}/calls/{call_control_id}"): "queue.call.update",
    ("DELETE", "/queues/{queue_name}/calls/{call_control_id}"): "queue.call.remove",
}
SCOPES = (
    ("/calls/", "call"),
    ("/conferences", "conference"),
    ("/queues", "queue"),
    ("/call_control_applications", "application"),
    ("/connections/", "application"),
)
WORDS = {
    "minimum": "min",
    "maximum": "max",
    "minLength": "min_length",
    "maxLength": "max_length",
    "maxItems": "max_items",
    "pattern": "pattern",
    "format": "format",
    "enum": "enum",
    "default": "default",
}


class Specification:
    """The OpenAPI document, with its references followed and its compositions merged."""

    def __init__(self, document: Json) -> None:
        self.document = document

    def resolve(self, node: Json) -> Json:
        """The object a reference points at; what stands beside the reference wins over it."""
        beside: Json = {}
        while "$ref" in node:
            beside = {k: v for k, v in node.items() if k != "$ref"} | beside
            target: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node | beside

    def merged(self, node: Json) -> Json:
        """`resolve`, with every allOf and every oneOf of a single variant folded in."""
        node = self.resolve(node)
        parts = list(node.get("allOf", ()))
        if len(node.get("oneOf", ())) == 1:
            parts += node["oneOf"]
        if not parts:
            return node
        result: Json = {}
        for part in [
            *map(self.merged, parts),
            {k: v for k, v in node.items() if k not in ("allOf", "oneOf")},
        ]:
            properties = result.get("properties", {}) | part.get("properties", {})
            required = [*result.get("required", ()), *part.get("required", ())]
            result |= part
            if properties:
                result |= {"properties": properties, "required": required}
        return result

    def schema(self, node: Json, trail: tuple[str, ...] = ()) -> Json:
        """What a value may be, in the words of the catalogue."""
        if "$ref" in node:
            if node["$ref"] in trail:
                raise ValueError(f"the schema {node['$ref']} contains itself")
            trail = (*trail, node["$ref"])
        node = self.merged(node)
        result: Json = {}
        variants = node.get("oneOf") or node.get("anyOf") or []
        if all(set(variant) <= {"required"} for variant in variants):
            variants = []
        kinds = node.get("type") or _types(self.merged(v).get("type") for v in variants)
        if not kinds and "properties" in node:
            kinds = "object"
        if kinds:
            result["type"] = kinds
        result |= {ours: node[theirs] for theirs, ours in WORDS.items() if theirs in node}
        if "items" in node:
            result["items"] = self.schema(node["items"], trail)
        if "properties" in node:
            result["properties"] = list(self.members(node, trail))
        extra = node.get("additionalProperties")
        if extra is not None:
            result["additional"] = self.schema(extra, trail) if isinstance(extra, dict) else extra
        if variants:
            result |= self._variants(node, variants, trail)
        return result

    def members(self, node: Json, trail: tuple[str, ...] = ()) -> Iterator[Json]:
        """The properties of an object: required ones first, else in their own order."""
        required = node.get("required", ())
        ordered = sorted(node["properties"].items(), key=lambda item: item[0] not in required)
        for name, member in ordered:
            yield {"name": name, **_required(name in required), **self.schema(member, trail)}

    def _variants(self, node: Json, variants: list[Json], trail: tuple[str, ...]) -> Json:
        result: Json = {"one_of": []}
        for variant in variants:
            title = variant.get("$ref", "").rpartition("/")[2]
            shown = {"title": title} if title else {}
            result["one_of"].append(shown | self.schema(variant, trail))
        choice = node.get("discriminator")
        if choice:
            result["discriminator"] = choice["propertyName"]
            places = {variant.get("$ref"): place for place, variant in enumerate(variants)}
            mapping = choice.get("mapping", {})
            result["choices"] = {value: places[ref] for value, ref in mapping.items()}
        return result

    def operations(self) -> Iterator[tuple[str, str, Json]]:
        """Method, path and operation of every request, in the document's order."""
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield method.upper(), path, item[method]

    def events(self) -> list[str]:
        """The event types of all webhooks, sorted."""
        found: set[str] = set()
        for item in self.document["webhooks"].values():
            body = self.resolve(item["post"]["requestBody"])
            schema = self.merged(body["content"]["application/json"]["schema"])
            data = schema.get("properties", {}).get("data")
            event = self.merged(data) if data else schema
            found.update(self.merged(event["properties"]["event_type"]).get("enum", ()))
        return sorted(found)


def command(spec: Specification, method: str, path: str, operation: Json, facts: Json) -> Json:
    """One entry of the catalogue."""
    name = name_of(method, path)
    ours = facts["commands"].get(name)
    if ours is None:
        raise ValueError(f"no facts about {name} ({method} {path}): add them to {FACTS.name}")
    parameters = list(_parameters(spec, operation))
    result: Json = {"name": name, "method": method, "path": path, "scope": _scope(path)}
    states = [state for word in ours.get("states", ()) for state in facts["states"][word]]
    effect = [*expected_events(operation.get("description", "")), *ours.get("practice", ())]
    result |= {"states": states, "effect": list(dict.fromkeys(effect))}
    body = _body(spec, operation)
    if body is not None:
        result["has_body"] = True
        choices = [n for v in body.get("anyOf", ()) for n in v.get("required", ())]
        if choices:
            result["any_required"] = choices
        parameters += [_in("body", member) for member in spec.members({"properties": {}} | body)]
    parameters.sort(key=lambda p: not p.get("required", False))
    result["help"] = ours["help"]
    shared = facts["parameters"]
    result["parameters"] = [_with_facts(p, result["scope"], ours, shared) for p in parameters]
    return result


def name_of(method: str, path: str) -> str:
    """The console's name of a request."""
    if (method, path) in NAMES:
        return NAMES[method, path]
    prefix = "conference." if path.startswith("/conferences/") else ""
    if "/actions/" not in path:
        raise ValueError(f"no name for {method} {path}: add one to NAMES")
    return prefix + path.rpartition("/")[2]


def expected_events(description: str) -> list[str]:
    """The event types in the "Expected Webhooks" list of a description."""
    _, _, listed = description.partition("Expected Webhooks:**")
    bullets = [line for line in listed.splitlines() if line.startswith("- ")]
    return [name for line in bullets for name in EVENT.findall(line)]


def catalogue(document: Json, facts: Json) -> Json:
    """The whole file as a value."""
    spec = Specification(document)
    commands = [command(spec, *operation, facts) for operation in spec.operations()]
    unused = set(facts["commands"]) - {c["name"] for c in commands}
    if unused:
        raise ValueError(f"facts about commands that do not exist: {', '.join(sorted(unused))}")
    order = {"account": 0, "call": 1, "conference": 2, "queue": 3, "application": 4}
    commands.sort(key=lambda c: (order[c["scope"]], c["name"]))
    return {"events": spec.events(), "commands": commands}


def rendered(value: Json) -> str:
    """JSON with a line for every command and parameter, so that a change reads well in a diff."""
    lines = ["{", f'"events": {_compact(value["events"])},', '"commands": [']
    for place, entry in enumerate(value["commands"]):
        head = {k: v for k, v in entry.items() if k != "parameters"}
        inner = ",\n  ".join(_compact(parameter) for parameter in entry["parameters"])
        end = "," if place + 1 < len(value["commands"]) else ""
        shown = f"[\n  {inner}\n ]" if inner else "[]"
        lines.append(f'{_compact(head)[:-1]}, "parameters": {shown}}}{end}')
    return "\n".join([*lines, "]", "}", ""])


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _types(kinds: Iterable[object]) -> str | list[str] | None:
    flat = [k for kind in kinds if kind for k in (kind if isinstance(kind, list) else [kind])]
    found: list[str] = list(dict.fromkeys(map(str, flat)))
    return found[0] if len(found) == 1 else found or None


def _required(required: bool) -> Json:
    return {"required": True} if required else {}


def _in(where: str, member: Json) -> Json:
    return {"name": member["name"], "in": where} | member


def _scope(path: str) -> str:
    return next((scope for start, scope in SCOPES if path.startswith(start)), "account")


def _parameters(spec: Specification, operation: Json) -> Iterator[Json]:
    found = [spec.resolve(parameter) for parameter in operation.get("parameters", ())]
    for parameter in sorted(found, key=lambda p: ("path", "query").index(p["in"])):
        required = _required(parameter.get("required", False))
        head = {"name": parameter["name"], "in": parameter["in"], **required}
        yield head | spec.schema(parameter["schema"])


def _body(spec: Specification, operation: Json) -> Json | None:
    if "requestBody" not in operation:
        return None
    body = spec.resolve(operation["requestBody"])
    return spec.merged(body["content"]["application/json"]["schema"])


def _with_facts(parameter: Json, scope: str, ours: Json, shared: Mapping[str, str]) -> Json:
    name = parameter["name"]
    specific = f"{name}@path" if parameter["in"] == "path" else name
    helps = (f"{scope}:{specific}", specific, name)
    text = ours.get("parameters", {}).get(specific) or next(
        filter(None, map(shared.get, helps)), ""
    )
    unless = ours.get("unless", {}).get(name) if parameter["in"] == "body" else None
    extra: Json = {"unless": unless} if unless else {}
    return parameter | extra | ({"help": text} if text else {})


def main(arguments: list[str]) -> int:
    """Writes the file; 0 when done, 1 when the document and the facts do not fit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("spec", type=Path)
    parser.add_argument(
        "-o", "--output", type=Path, default=ROOT / "console" / "telnyx" / "catalogue.json"
    )
    given = parser.parse_args(arguments)
    try:
        value = catalogue(json.loads(given.spec.read_bytes()), tomllib.loads(FACTS.read_text()))
    except ValueError as error:
        print(f"make_catalogue: {error}", file=sys.stderr)
        return 1
    given.output.write_text(rendered(value), encoding="utf-8")
    print(f"{given.output}: {len(value['commands'])} commands, {len(value['events'])} event types")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
