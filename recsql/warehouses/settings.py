"""A target's settings, read as what a driver wants; errors name the setting and never a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recsql.errors import ConfigError
from recsql.model import Scalar, Setting, Target


def given(target: Target, *needed: str) -> dict[str, Setting]:
    """A target's settings that have a value; raises `ConfigError` without one that is needed."""
    found: dict[str, Setting]
    found = {name: value for name, value in target.settings.items() if value not in (None, "")}
    for name in needed:
        if not any(part in found for part in name.split("|")):
            first = name.partition("|")[0]
            raise ConfigError(f"target `{target.name}` has no `{first}:`", hint=f"{first}: …")
    return found


def single(target: Target, within: str | None = None) -> dict[str, Scalar]:
    """The settings that have one value, which is not null; or those within one of them."""
    found = target.settings if within is None else target.settings.get(within)
    pairs = found.items() if isinstance(found, Mapping) else ()
    one = {name: value for name, value in pairs if not isinstance(value, Mapping | tuple)}
    return {name: value for name, value in one.items() if value is not None}


def whole(settings: Mapping[str, Setting], name: str, default: int) -> int:
    """A setting that is a whole number, as such or as text."""
    value = settings.get(name, default)
    try:
        return int(str(value))
    except ValueError:
        hint = f"{name}: {default}"
        raise ConfigError(f"`{name}: {value}` is not a whole number", hint=hint) from None


def flag(settings: Mapping[str, Setting], name: str, *, default: bool = False) -> bool:
    """A setting that is true or false, as such or as text."""
    value = str(settings.get(name, default)).lower()
    if value not in ("true", "false", "1", "0"):
        raise ConfigError(f"`{name}: {value}` is neither true nor false")
    return value in ("true", "1")


def nested(settings: Mapping[str, Setting], name: str) -> dict[str, Scalar]:
    """A setting that is a mapping of single values."""
    found = settings.get(name, {})
    if not isinstance(found, Mapping) or any(
        isinstance(x, Mapping | tuple) for x in found.values()
    ):
        raise ConfigError(f"`{name}:` must be a mapping")
    return {key: value for key, value in found.items() if not isinstance(value, Mapping | tuple)}


def listed(settings: Mapping[str, Setting], name: str) -> list[str]:
    """A setting that is a list."""
    found = settings.get(name, ())
    if not isinstance(found, tuple):
        raise ConfigError(f"`{name}:` must be a list")
    return [str(value) for value in found]


def leaves(setting: object) -> Iterator[str]:
    """Every value in a setting, or in what JSON gave, as text: what must not be shown of it."""
    if isinstance(setting, Mapping):
        setting = tuple(setting.values())
    if isinstance(setting, tuple | list):
        for inner in setting:
            yield from leaves(inner)
    else:
        yield str(setting)
