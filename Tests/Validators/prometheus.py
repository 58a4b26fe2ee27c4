"""Checks the text exposition format, as Prometheus' own parser, its linter and node_exporter's textfile collector do."""
import json
import re
import sys

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*\Z")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|\Z)')
SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)\Z")
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]+")


def labels(text):
    found, place = {}, 0
    while place < len(text):
        match = LABEL.match(text, place)
        assert match, f"labels: {text}"
        name, value, _ = match.groups()
        assert name not in found and not name.startswith("__"), f"label {name}"
        assert not ADDRESS.search(value), f"an address as label: {value}"
        found[name] = value
        place = match.end()
    return found


data = open(sys.argv[1], encoding="utf-8", newline="").read()
assert data.endswith("\n") and "\r" not in data, "no line feed at the end"
families, samples, current = {}, {}, None
for line in data.split("\n")[:-1]:
    if line.startswith("# HELP "):
        name, help_text = line[7:].split(" ", 1)
        assert NAME.match(name) and help_text, line
        assert name not in families, f"{name} comes twice"
        families[name], current = None, name
        assert name == name.lower() and not re.search(r"_(total|count|sum|bucket|gauge|counter)\Z", name), name
        assert not re.search(r"_(ms|minutes|hours|days_seconds|kib|mib|kilobytes|percent)\Z", name), name
    elif line.startswith("# TYPE "):
        name, kind = line[7:].split(" ")
        assert name == current and families[name] is None and kind == "gauge", line
        families[name] = kind
    else:
        match = SAMPLE.match(line)
        assert match, f"no sample: {line!r}"
        name, text, value = match.groups()
        assert name == current and families[name] == "gauge", f"{name} is not where it belongs"
        found = labels(text or "")
        key = name + json.dumps(found, sort_keys=True)
        assert key not in samples, f"twice: {key}"
        names = {frozenset(f) for n, f, _ in samples.values() if n == name}
        assert not names or names == {frozenset(found)}, f"{name} has other labels elsewhere"
        assert re.fullmatch(r"\d+", value) and float(value) >= 0, f"value {value}"
        samples[key] = (name, found, value)
assert all(families.values()), "a metric without type"
print(json.dumps([{"name": n, "labels": f, "value": v} for n, f, v in samples.values()], ensure_ascii=False))
