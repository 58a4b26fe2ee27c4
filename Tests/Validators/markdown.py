"""Renders Markdown with GitHub's own renderer, links and raw HTML allowed, and prints what became of it as JSON."""
import json
import re
import subprocess
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0])
from page import Page

source = open(sys.argv[1], "rb").read()
assert source.endswith(b"\n") and b"\r" not in source, "line ends"
extensions = [word for name in ("table", "strikethrough", "autolink", "tasklist") for word in ("-e", name)]
html = subprocess.run(["cmark-gfm", "--unsafe", *extensions], input=source, stdout=subprocess.PIPE, check=True).stdout.decode("utf-8")
page = Page(html)
# Mentions and references to issues are found in the text as shown; \w is what their names are made of.
mentions = re.findall(r"[@#!$%&~^]\w+", " ".join(page.texts))
print(json.dumps({**page.summary(), "mentions": mentions, "characters": len(source.decode("utf-8"))}, ensure_ascii=False))
