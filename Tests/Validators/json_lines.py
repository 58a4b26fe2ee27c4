"""Reads JSON Lines line by line and prints them as one array; fails on keys that come twice and on null."""
import json
import sys


def members(pairs):
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys), f"a key twice: {keys}"
    assert all(value is not None for _, value in pairs), f"null: {pairs}"
    return dict(pairs)


data = open(sys.argv[1], "rb").read()
assert data.endswith(b"\n") and b"\r" not in data, "line ends"
lines = data.decode("utf-8").split("\n")[:-1]
values = [json.loads(line, object_pairs_hook=members) for line in lines]
assert all(isinstance(value, dict) for value in values), "no object"
print(json.dumps(values, ensure_ascii=False))
