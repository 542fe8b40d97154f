"""The settings as a flat list of keys (`listen.port`), read from the model once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from msgspec import Struct, inspect

from console.config.model import PROFILES as PROFILES
from console.config.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One setting: `name` is its dotted path, `annotation` the type as declared, limits included."""

    name: str
    section: str
    """Name of its table; empty at the top of the file."""
    leaf: str
    annotation: object
    default: object
    doc: str


@lru_cache(maxsize=1)
def all_keys() -> Mapping[str, Key]:
    """Every setting by its dotted name, in the order of the example file."""
    return {key.name: key for key in _keys(Settings, "")}


@lru_cache(maxsize=1)
def sections() -> Mapping[str, str]:
    """Name of every table and what it is about."""
    found: dict[str, str] = {}
    for field in _fields(Settings):
        if isinstance(field.type, inspect.StructType):
            found[field.encode_name] = (field.type.cls.__doc__ or "").strip()
    return found


def _fields(model: type[Struct]) -> tuple[inspect.Field, ...]:
    described = inspect.type_info(model)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"{model!r} is not a Struct")
    return described.fields


def _keys(model: type[Struct], section: str) -> Iterator[Key]:
    hints = model.__annotations__
    for field in _fields(model):
        name = field.encode_name
        if isinstance(field.type, inspect.StructType):
            yield from _keys(field.type.cls, name)
            continue
        doc = ""
        if isinstance(field.type, inspect.Metadata) and field.type.extra_json_schema:
            doc = str(field.type.extra_json_schema.get("description", ""))
        yield Key(
            name=f"{section}.{name}" if section else name,
            section=section,
            leaf=name,
            annotation=hints[name],
            default=field.default,
            doc=doc,
        )
