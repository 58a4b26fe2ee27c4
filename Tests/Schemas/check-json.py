"""check-json.py SCHEMA FILE: every line of FILE is a JSON value that the schema allows.

Prints how many lines there were. Ends with 1 and the faults, or with 9 where Debian's python3-jsonschema is missing.
"""
import json
import sys

try:
    from jsonschema import Draft202012Validator, FormatChecker
except ImportError as error:
    sys.exit(print(f"python3-jsonschema is missing (apt-get install python3-jsonschema): {error}") or 9)


def unique(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"a name stands twice: {names}"
    return dict(pairs)


schema = json.load(open(sys.argv[1], encoding="utf-8"))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema, format_checker=FormatChecker())
faults, lines = 0, open(sys.argv[2], encoding="utf-8", newline="\n").read().split("\n")
assert lines.pop() == "", "no line feed at the end"
for number, line in enumerate(lines, 1):
    for error in validator.iter_errors(json.loads(line, object_pairs_hook=unique)):
        faults += 1
        print(f"line {number}: {error.json_path}: {error.message[:300]}")
print(f"{len(lines)} lines, {faults} faults")
sys.exit(1 if faults else 0)
