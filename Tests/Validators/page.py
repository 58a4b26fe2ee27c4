"""What an HTML text holds, as the standard library's parser sees it."""
from html.parser import HTMLParser


class Page(HTMLParser):
    """Tags, attributes, links, texts outside of code, texts within code, and rows of tables that are no layout."""

    EMPTY = {"meta", "br", "hr", "img", "input", "link"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.links = set(), set(), []
        self.texts, self.codes, self.rows = [], [], []
        self.open, self.is_layout = [], False
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src", "background", "action")]
        if tag not in self.EMPTY:
            self.open.append(tag)
        if tag == "table":
            self.is_layout = ("role", "presentation") in attrs
        if tag == "tr" and not self.is_layout:
            self.rows.append([])
        if tag in ("td", "th") and not self.is_layout:
            self.rows[-1].append("")
        if tag == "code":
            self.codes.append("")

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            assert self.open and self.open.pop() == tag, f"</{tag}> closes another"

    def handle_data(self, data):
        if "code" in self.open:
            self.codes[-1] += data
        else:
            self.texts.append(data)
        if self.rows and ("td" in self.open or "th" in self.open):
            self.rows[-1][-1] += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def summary(self):
        return {
            "tags": sorted(self.tags),
            "attributes": sorted(self.attributes),
            "links": self.links,
            "text": " ".join(self.texts),
            "codes": self.codes,
            "rows": self.rows,
        }
