"""The page inside a notebook: in a frame of its own, so that neither changes the other's looks."""

from __future__ import annotations

from markupsafe import Markup

from recsql.report import as_html
from recsql.results import RunResult

_FRAME = Markup(
    '<iframe title="recsql report" sandbox srcdoc="{}" width="100%" height="720"'
    ' style="border: 0"></iframe>'
)


def write(result: RunResult) -> str:
    """One element; the frame may run nothing and ask for nothing."""
    return _FRAME.format(as_html.write(result))
