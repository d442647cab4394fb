"""`python -m recsql` and the command `recsql`."""

from __future__ import annotations

from recsql.cli.app import main

if __name__ == "__main__":
    main()
