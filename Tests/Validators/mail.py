"""Reads a mail as the standard library does and prints its headers and parts as JSON; fails on any defect."""
import email
import email.policy
import json
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0])
from page import Page

data = open(sys.argv[1], "rb").read()
assert data.endswith(b"\n") and b"\r" not in data, "line ends"
assert all(byte < 0x80 for byte in data), "not ASCII"
head, body = data.split(b"\n\n", 1)
assert all(len(line) <= 998 for line in head.split(b"\n")), "a header line is too long"
assert all(len(line) <= 76 for line in body.split(b"\n")), "a line is too long"
assert not any(line == b"." or line.startswith(b"From ") for line in body.split(b"\n")), "a line that ends a mail"
mail = email.message_from_bytes(data, policy=email.policy.default)
names = [name.lower() for name in mail.keys()]
assert len(set(names)) == len(names), f"a header twice: {names}"
for part in mail.walk():
    assert not part.defects, part.defects
    for name, value in part.items():
        # Mail of the machine itself goes to names without a domain, such as root.
        defects = [defect for defect in value.defects if "no domain" not in str(defect)]
        assert not defects, (name, defects)
assert mail.get_content_type() == "multipart/alternative"
text, page = mail.iter_parts()
assert text.get_content_type() == "text/plain" and page.get_content_type() == "text/html"
for part in (text, page):
    assert part["Content-Transfer-Encoding"] == "quoted-printable" and part.get_content_charset() == "utf-8"
    assert "\ufffd" not in part.get_content(), "no UTF-8"
plain, html = text.get_content(), page.get_content()
assert all(ord(c) >= 0x20 or c == "\n" for c in plain + html), "a control character"
print(json.dumps({
    "names": names,
    "subject": str(mail["subject"]),
    "to": [{"name": a.display_name, "address": a.addr_spec} for a in mail["to"].addresses] if "to" in mail else [],
    "from": [{"name": a.display_name, "address": a.addr_spec} for a in mail["from"].addresses] if "from" in mail else [],
    "text": plain,
    "html": html,
    "page": Page(html).summary(),
}, ensure_ascii=False))
