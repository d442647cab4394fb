"""From a run to its pictures: which numbers are drawn, in which words, and what is missing."""
