"""`recsql explain CHECK`: what a check measures, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recsql.cli import options as o
from recsql.cli import output

Name = Annotated[str, typer.Argument(help="The name of a check or of an audit.", metavar="CHECK")]


def explain(check: Name, project_dir: o.ProjectDir = Path()) -> None:
    """What a check measures, the formula, the inputs, when it misleads, what to do next."""
    from recsql.api import Request
    from recsql.describe import explained
    from recsql.describe.explanation import Screen

    screen = Screen(output.width(), output.colour(), output.unicode())
    output.say(explained(Request(project_dir, project_optional=True), check, screen))
