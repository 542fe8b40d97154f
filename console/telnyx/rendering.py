"""A command as text that does the same elsewhere: as HTTP, as curl, with Telnyx's own library, as a `send` line. Pure.

No form carries a key: curl and Python take it from `TELNYX_API_KEY`, HTTP shows stars.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from textwrap import indent
from urllib.parse import urlencode

from console.errors import UsageError
from console.telnyx.catalogue import Command, Schema, load
from console.telnyx.official import METHODS, PAGING, Method
from console.telnyx.requests import CALL, Request, wants_call_in_body

DEFAULT_BASE_URL = "https://api.telnyx.com/v2"
_MASKED = "Bearer ***"
_KEY_FROM_VARIABLE = '"Authorization: Bearer $TELNYX_API_KEY"'
_WIDTH = 80


def url_of(request: Request, base_url: str) -> str:
    """The whole address of a request, encoded."""
    url = base_url.rstrip("/") + request.path
    return f"{url}?{urlencode(request.query)}" if request.query else url


def headers_of(request: Request) -> dict[str, str]:
    """The headers worth showing; the key is masked."""
    headers = {"Authorization": _MASKED, "Accept": "application/json"}
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    return headers


def as_http(request: Request, *, base_url: str) -> str:
    """Method, address, headers and body, as a person reads them."""
    lines = [f"{request.method} {url_of(request, base_url)}"]
    lines += [f"{name}: {value}" for name, value in headers_of(request).items()]
    if request.body is not None:
        lines += ["", _json(request.body, indented=True)]
    return "\n".join(lines)


def as_curl(request: Request, *, base_url: str) -> str:
    """A curl command for a POSIX shell."""
    parts = [f"curl -X {request.method} {shlex.quote(url_of(request, base_url))}"]
    for name, value in headers_of(request).items():
        quoted = _KEY_FROM_VARIABLE if value == _MASKED else shlex.quote(f"{name}: {value}")
        parts.append(f"-H {quoted}")
    if request.body is not None:
        parts.append(f"--data {shlex.quote(_json(request.body))}")
    return " \\\n  ".join(parts)


def as_python(
    action: str,
    *,
    call_control_id: str | None,
    params: Mapping[str, object],
    base_url: str = DEFAULT_BASE_URL,
) -> str:
    """A script for the official `telnyx` package. Raises `UsageError` where that has no method for the command."""
    method = METHODS.get(action)
    if method is None:
        raise UsageError(f"Telnyx's Python library has no method for {action}: use curl")
    command = load()[action]
    path, rest = _parted(command, call_control_id, params)
    arguments = [_literal(path[method.first])] if method.first else []
    arguments += [f"{n}={_literal(v)}" for n, v in path.items() if n != method.first]
    arguments += [f"{name}={_literal(v)}" for name, v in _keywords(method, rest)]
    inner = _lines(arguments)
    newline = "\n" if inner else ""
    client = 'api_key=os.environ["TELNYX_API_KEY"]'
    if base_url.rstrip("/") != DEFAULT_BASE_URL:
        client += f", base_url={_literal(base_url)}"
    show = (
        ["for item in answer:", "    print(item)"]
        if method.is_list and not _is_one_page(rest)
        else ["print(answer)"]
    )
    return "\n".join(
        [
            "import os",
            "",
            "from telnyx import Telnyx",
            "",
            f"client = Telnyx({client})",
            f"answer = client.{method.name}({newline}{inner})",
            *show,
        ]
    )


def as_send(action: str, *, call_control_id: str | None, params: Mapping[str, object]) -> str:
    """A `call-console send` line for a POSIX shell."""
    command = load()[action]
    path, rest = _parted(command, call_control_id, params)
    words = [str(value) for value in path.values()]
    words += [pair(command, name, value) for name, value in rest.items()]
    # Behind -- nothing is taken for an option.
    dashes = ["--"] if any(word.startswith("-") for word in words) else []
    return shlex.join(["call-console", "send", *dashes, action, *words])


def pair(command: Command, name: str, value: object) -> str:
    """NAME=VALUE as `parse_pairs` reads it."""
    return f"{name}={_typed(command.parameter(name), value)}"


def _parted(
    command: Command, call_control_id: str | None, params: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """What fills the path, in its order, and the rest. Raises `UsageError` when the path cannot be filled."""
    rest = dict(params)
    path: dict[str, object] = {}
    for parameter in command.parameters:
        if parameter.where != "path":
            continue
        name = parameter.name
        if name == CALL and call_control_id:
            path[name] = call_control_id
        elif name in rest and command.parameter(name, "body") is None:
            path[name] = rest.pop(name)
        else:
            raise UsageError(f"{command.name} needs {name}: give it")
    if call_control_id and CALL not in rest and wants_call_in_body(command):
        rest = {CALL: call_control_id, **rest}
    return path, rest


def _keywords(method: Method, rest: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The arguments of the library's method, named as it names them."""
    extra_body: dict[str, object] = {}
    extra_query: dict[str, object] = {}
    for name, value in rest.items():
        if name == "page" and isinstance(value, Mapping):
            for member, inner in value.items():
                if member in PAGING:
                    yield PAGING[member], inner
                else:
                    extra_query[f"page[{member}]"] = inner
        elif name.startswith("page["):
            yield PAGING[name.removeprefix("page[").removesuffix("]")], value
        elif name in method.lacking:
            extra_body[name] = value
        else:
            yield method.renamed.get(name, name), value
    if extra_body:
        yield "extra_body", extra_body
    if extra_query:
        yield "extra_query", extra_query


def _is_one_page(rest: Mapping[str, object]) -> bool:
    """Whether a certain page was asked for."""
    page = rest.get("page")
    numbered = isinstance(page, Mapping) and bool({"number", "after", "before"} & set(page))
    return numbered or "page[number]" in rest


def _literal(value: object) -> str:
    """A value as Python source; objects and lists that are long get a line for each of their parts."""
    flat = repr(value)
    if len(flat) <= _WIDTH or not isinstance(value, Mapping | list):
        return flat
    if isinstance(value, Mapping):
        parts = [f"{key!r}: {_literal(inner)}" for key, inner in value.items()]
        return f"{{\n{_lines(parts)}}}"
    return f"[\n{_lines([_literal(inner) for inner in value])}]"


def _lines(parts: Sequence[str]) -> str:
    return "".join(f"{indent(part, '    ')},\n" for part in parts)


def _typed(schema: Schema | None, value: object) -> str:
    if not isinstance(value, str):
        return _json(value)
    if schema is not None and schema.types:
        return f"@{value}" if value.startswith("@") else value
    # Where any type may stand, a text that reads like JSON has to be written as JSON.
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return f"@{value}" if value.startswith("@") else value
    return _json(value)


def _json(value: object, *, indented: bool = False) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2 if indented else None)
    # What a terminal would obey, and what cannot be encoded, is escaped.
    if text.replace("\n", "").isprintable():
        return text
    return json.dumps(value, indent=2 if indented else None)
