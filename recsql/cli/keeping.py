"""`--write-results`: the numbers of a run as rows of a table of the warehouse, with consent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from recsql.errors import ConfigError, RecsqlError

if TYPE_CHECKING:
    from recsql.api import Request
    from recsql.results import RunResult

INTERRUPTED, NOTHING_SELECTED = 130, 5


def keeping(request: Request) -> Callable[[RunResult], RunResult]:
    """What writes a run's numbers to the project's `results_to`; asked before anything runs.

    It returns the run, with a problem and exit code 3 where the numbers could not be written. A
    run that was interrupted, or came to no check, is not written. Raises `ConfigError` where the
    project names no table, or recsql does not write into such a warehouse.
    """
    from recsql.api import located
    from recsql.project.document import problem_of
    from recsql.report import as_rows
    from recsql.warehouses import keeper
    from recsql.warehouses.base import Table

    loaded, target = located(request)
    place = loaded.project.results_to
    if not place:
        hint = "name the table in recsql.yml, as `results_to: schema.table`"
        raise ConfigError("there is no table to write the results to", hint=hint)
    into = keeper(target)

    def keep(result: RunResult) -> RunResult:
        if result.run.exit_code in (INTERRUPTED, NOTHING_SELECTED):
            return result
        try:
            table = Table(place, as_rows.TYPES, as_rows.rows(result))
            into(target, loaded.project.root, table)
        except RecsqlError as error:
            problem = problem_of(error, f"results_to `{'.'.join(place)}`")
            code = max(result.run.exit_code, 3, key=(0, 1, 3, 2).index)
            run = replace(result.run, exit_code=code)
            return replace(result, run=run, problems=(*result.problems, problem))
        return result

    return keep
