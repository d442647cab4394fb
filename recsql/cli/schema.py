"""`recsql schema`: the JSON Schemas of the YAML files, and of the results."""

from __future__ import annotations

from typing import Annotated

import typer

from recsql.cli import output

Kind = Annotated[
    str,
    typer.Argument(help="project, check, model, case, profiles or results.", metavar="[KIND]"),
]


def schema(kind: Kind = "project") -> None:
    """Print the JSON Schema of recsql.yml, of another YAML file, or of run_results.json."""
    from recsql.scaffold.schema import text

    output.say(text(kind))
