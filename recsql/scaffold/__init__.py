"""A project's first files: what `recsql init` proposes, and the JSON Schemas of YAML files."""
