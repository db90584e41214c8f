"""Checks payloads against a JSON schema by jsonschema, for the tests.

  validate.py SCHEMA FILE

FILE: a payload a line. Besides the schema, it keeps what a schema cannot say: each null has its reason,
and SenML names and times are as RFC 8428 wants them. Says how many payloads were right.
"""

import json
import re
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


def unique(pairs):
    """Refuses an object that has a key twice."""
    assert len({key for key, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


count = 0
with open(sys.argv[2], encoding="utf-8") as file:
    for line in file:
        payload = json.loads(line, object_pairs_hook=unique)
        validator.validate(payload)
        if isinstance(payload, dict):
            for reading in payload["readings"]:
                missing = {key for key, value in reading.items() if value is None}
                assert missing == set(reading.get("errors", {})), reading
        else:
            base_name, base_time, last = "", 0, 0
            for record in payload:
                base_name = record.get("bn", base_name)
                base_time = record.get("bt", base_time)
                name = base_name + record["n"]
                # RFC 8428, 4.5.1.
                assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*", name), name
                if name.endswith("batch.clock"):
                    continue
                time = base_time + record.get("t", 0)
                # RFC 8428, 4.5.3 and 4.6: absolute, and in the order of time.
                assert time >= 2**28 and time >= last, record
                last = time
        count += 1
print(f"{count} are right")
