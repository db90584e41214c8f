"""Checks device profiles against their JSON schema by jsonschema, for the tests.

  validate_profiles.py SCHEMA FILE...

Says how many were right, and what is wrong with the others. A file whose name begins with "wrong" must
be refused.
"""

import os
import re
import sys

import json
import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML as editors read it (1.2): only true and false are truth values, 1:20 is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def keys_to_text(node):
    """JSON has keys of text only."""
    if isinstance(node, dict):
        return {str(key): keys_to_text(value) for key, value in node.items()}
    return [keys_to_text(item) for item in node] if isinstance(node, list) else node


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)

right = 0
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        profile = keys_to_text(yaml.load(file, Loader))
    error = jsonschema.exceptions.best_match(validator.iter_errors(profile))
    if (error is not None) == os.path.basename(path).startswith("wrong"):
        right += 1
    else:
        print(f"{path}: {error and error.json_path}: {error and error.message}")
print(f"{right} are right")
