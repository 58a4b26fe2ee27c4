"""Checks a message against the limits of Slack's Block Kit and prints it as JSON."""
import json
import re
import sys

import jsonschema


def text(kind, longest):
    properties = {
        "type": {"const": kind},
        "text": {"type": "string", "minLength": 1, "maxLength": longest},
    }
    if kind == "plain_text":
        properties["emoji"] = {"const": False}
    else:
        properties["verbatim"] = {"const": True}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def block(kind, **members):
    properties = {"type": {"const": kind}, **members}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


SCHEMA = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "minLength": 1, "maxLength": 3000},
        "unfurl_links": {"const": False},
        "unfurl_media": {"const": False},
        "blocks": {
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": {
                "oneOf": [
                    block("header", text=text("plain_text", 150)),
                    block("section", text=text("mrkdwn", 3000)),
                    block("context", elements={"type": "array", "minItems": 1, "maxItems": 10, "items": text("mrkdwn", 3000)}),
                    block("divider"),
                ]
            },
        },
    },
    "required": ["text", "unfurl_links", "unfurl_media", "blocks"],
    "additionalProperties": False,
}

message = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator(SCHEMA).validate(message)
texts = [message["text"]]
for part in message["blocks"]:
    texts += [part["text"]["text"]] if "text" in part else [e["text"] for e in part.get("elements", [])]
for shown in texts:
    # Slack counts as JavaScript does.
    assert len(shown.encode("utf-16-le")) // 2 <= 3000, "too long"
    assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", shown), f"not escaped: {shown!r}"
    for outside in re.sub(r"`[^`\n]*`", "", shown).split("\n"):
        assert "`" not in outside, f"a lone backtick: {shown!r}"
        assert not re.search(r"[@#]\w|\w://|:[\w+'-]+:", outside), f"a mention, a link or a picture: {outside!r}"
print(json.dumps({"texts": texts, "blocks": [part["type"] for part in message["blocks"]]}, ensure_ascii=False))
