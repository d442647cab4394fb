"""Which models a run needs, and in which order they can be built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from recsql.errors import CompileError


def building_order(wanted: Iterable[str], needs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The wanted models and all that they need, each after its own needs.

    Raises `CompileError` when models need each other in a circle.
    """
    order: dict[str, None] = {}
    for name in wanted:
        _visit(name, needs, order, ())
    return tuple(order)


def _visit(
    name: str, needs: Mapping[str, tuple[str, ...]], order: dict[str, None], path: tuple[str, ...]
) -> None:
    if name in order:
        return
    if name in path:
        circle = " → ".join((*path[path.index(name) :], name))
        raise CompileError(f"models need each other in a circle: {circle}")
    for need in needs.get(name, ()):
        _visit(need, needs, order, (*path, name))
    order[name] = None
