"""Reads a CSV file strictly and prints its rows as JSON; fails on what a spreadsheet could take amiss."""
import csv
import io
import json
import sys

text = open(sys.argv[1], encoding="utf-8", newline="").read()
assert not text.startswith("\ufeff"), "a byte order mark"
assert text.endswith("\r\n"), "no line end at the end"
rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
header = rows[0]
assert len(set(header)) == len(header), "a column twice"
assert all(len(row) == len(header) for row in rows), "a row of another width"
assert text.count("\n") == text.count("\r") == len(rows), "a row of several lines"
for row in rows[1:]:
    for cell in row:
        assert not cell.strip()[:1] in set("=+-@\t\r＝＋－＠") - {""}, f"a formula: {cell!r}"
        assert all(ord(c) >= 0x20 and not 0x7F <= ord(c) <= 0x9F for c in cell), f"control: {cell!r}"
print(json.dumps({"header": header, "rows": [dict(zip(header, row)) for row in rows[1:]]}, ensure_ascii=False))
