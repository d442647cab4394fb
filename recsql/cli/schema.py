"""`recsql schema`: the JSON Schemas of the YAML files."""

from __future__ import annotations

from typing import Annotated

import typer

from recsql.cli import output

Kind = Annotated[
    str, typer.Argument(help="project, check, model, case or profiles.", metavar="[KIND]")
]


def schema(kind: Kind = "project") -> None:
    """Print the JSON Schema of recsql.yml, of check, model and case files, or of profiles.yml."""
    from recsql.scaffold.schema import text

    output.say(text(kind))
