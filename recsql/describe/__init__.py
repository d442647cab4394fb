"""What a project has, in words: for `ls`, `explain`, `debug`, and the pages under docs/checks."""

from recsql.describe.diagnosis import diagnose
from recsql.describe.explanation import explained
from recsql.describe.listing import Listing, listing

__all__ = ["Listing", "diagnose", "explained", "listing"]
