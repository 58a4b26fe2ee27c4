"""check-reports.py WEIR FOLDER: every report in FOLDER is what its schema, as WEIR prints it, allows.

A file is a report, an investigation, or JSON Lines of either. What a test cut short with head or grep is left out, and
counted. Ends with 1 and the faults.
"""
import json
import pathlib
import subprocess
import sys

from jsonschema import Draft202012Validator


def validator(name):
    schema = json.loads(subprocess.run([sys.argv[1], "schema", name], stdout=subprocess.PIPE, check=True).stdout)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


validators = {name: validator(name) for name in ("weir.report/1", "weir.lines/1", "weir.pivot/1")}
checked, cut, faults = dict.fromkeys(validators, 0), 0, []
for file in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        documents = [json.loads(text)] if text.startswith("{\n") else [json.loads(line) for line in text.splitlines()]
        name = documents[0]["schema"]
    except (ValueError, KeyError):
        cut += 1
        continue
    if "command" not in documents[0]:
        # A test took the command away to compare two runs.
        cut += 1
        continue
    checked[name] += len(documents)
    for document in documents:
        for error in validators[name].iter_errors(document):
            faults.append(f"{name}: {error.json_path}: {error.message[:300]}")
for fault in faults[:50]:
    print(fault)
print(", ".join(f"{count} of {name}" for name, count in checked.items()), f"checked, {cut} cut short, {len(faults)} faults")
sys.exit(1 if faults or not all(checked.values()) else 0)
