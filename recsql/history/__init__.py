"""Every run, kept in one DuckDB file: `runs`, `checks` and `metrics`, for people and for programs.

A DuckDB file has one writer at a time. So a run is first written to a small file of its own under
`<history>.pending/`, whole or not at all; whoever can open the history next puts all such files
into it, each in one transaction with its run's key, and only then removes them. A process that is
killed anywhere leaves a run either pending or in the history, and never twice; one that finds the
history in use waits a little, and then leaves its file to the next.
"""
