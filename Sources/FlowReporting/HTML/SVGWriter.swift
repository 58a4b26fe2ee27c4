internal import FlowFindings

/// A length in SVG: pixels, or a share of the width at hand.
enum SVGLength: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  case pixels(Double)
  case percent(Double)

  init(floatLiteral value: Double) { self = .pixels(value) }
  init(integerLiteral value: Int) { self = .pixels(Double(value)) }

  fileprivate var text: String {
    switch self {
    case .pixels(let value): Decimals.text(value, places: 1)
    case .percent(let value): Decimals.text(value, places: 3) + "%"
    }
  }
}

/// Writes one SVG picture that stands inside a page.
///
/// Colors come from classes of the page's style sheet, so that a picture follows the theme; the security policy allows
/// no style in attributes anyway. Names of classes are part of the program; every other text is escaped.
struct SVGWriter {
  /// How a picture fills its place.
  enum Size {
    /// As wide as the place; lengths across are percents, and text keeps its size.
    case fluid(height: Int)
    /// Always this many pixels.
    case fixed(width: Int, height: Int)
    /// A drawing of so many units that is stretched over the place; for pictures without text.
    case stretched(units: Int)
  }

  private var text: String

  /// Begins a picture with its name and what it shows, for those who hear the page.
  init(_ size: Size, _ style: StaticString, title: String, description: String) {
    let attributes =
      switch size {
      case .fluid(let height): #"width="100%" height="\#(height)""#
      case .fixed(let width, let height):
        #"width="\#(width)" height="\#(height)" viewBox="0 0 \#(width) \#(height)""#
      case .stretched(let units): #"viewBox="0 0 \#(units) 1" preserveAspectRatio="none""#
      }
    text = #"<svg role="img" class="\#(style)" \#(attributes)>"#
    text +=
      "<title>\(EscapedHTML(title).escaped)</title><desc>\(EscapedHTML(description).escaped)</desc>"
  }

  /// The whole picture.
  var markup: Markup { Markup(text + "</svg>") }

  /// A rectangle; `title` is shown when somebody points at it.
  mutating func rectangle(
    x: SVGLength,
    y: SVGLength,
    width: SVGLength,
    height: SVGLength,
    _ style: StaticString,
    title: String? = nil
  ) {
    text +=
      #"<rect class="\#(style)" x="\#(x.text)" y="\#(y.text)" width="\#(width.text)" height="\#(height.text)""#
    text += title.map { "><title>\(EscapedHTML($0).escaped)</title></rect>" } ?? "/>"
  }

  /// Stretches of a drawing of height 1 as one shape, which takes the least room.
  mutating func stretches(_ ranges: [Range<Int>], _ style: StaticString) {
    let shape = ranges.map { "M\($0.lowerBound) 0h\($0.count)v1h-\($0.count)z" }.joined()
    text += #"<path class="\#(style)" d="\#(shape)"/>"#
  }

  mutating func line(
    from start: (x: SVGLength, y: SVGLength),
    to end: (x: SVGLength, y: SVGLength),
    _ style: StaticString
  ) {
    text +=
      #"<line class="\#(style)" x1="\#(start.x.text)" y1="\#(start.y.text)" x2="\#(end.x.text)" y2="\#(end.y.text)"/>"#
  }

  /// A line that leaves and arrives horizontally; pixels alone.
  mutating func curve(
    from start: (x: Double, y: Double),
    to end: (x: Double, y: Double),
    _ style: StaticString,
    title: String
  ) {
    func point(_ x: Double, _ y: Double) -> String {
      "\(Decimals.text(x, places: 1)) \(Decimals.text(y, places: 1))"
    }
    let middle = (start.x + end.x) / 2
    text +=
      #"<path class="\#(style)" d="M\#(point(start.x, start.y))C\#(point(middle, start.y)) \#(point(middle, end.y)) \#(point(end.x, end.y))"><title>\#(EscapedHTML(title).escaped)</title></path>"#
  }

  /// A line of text; the class says where it is anchored.
  mutating func label(_ label: String, x: SVGLength, y: SVGLength, _ style: StaticString) {
    text +=
      #"<text class="\#(style)" x="\#(x.text)" y="\#(y.text)">\#(EscapedHTML(label, longest: PageLimits.bytesOfLabel).escaped)</text>"#
  }

  /// What belongs together.
  mutating func group(
    _ style: StaticString,
    title: String? = nil,
    _ content: (inout SVGWriter) -> Void
  ) {
    text += #"<g class="\#(style)">"#
    if let title { text += "<title>\(EscapedHTML(title).escaped)</title>" }
    content(&self)
    text += "</g>"
  }

  /// What leads to a place of the page.
  mutating func link(toFinding number: Int, _ content: (inout SVGWriter) -> Void) {
    text += ##"<a href="#f\##(number)">"##
    content(&self)
    text += "</a>"
  }

  /// A pattern of slanted lines with a name; what is filled with it has a class that names it.
  mutating func hatching(_ name: StaticString, _ style: StaticString, distance: Int) {
    text +=
      #"<defs><pattern id="\#(name)" width="\#(distance)" height="\#(distance)" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="\#(style)" x1="0" y1="0" x2="0" y2="\#(distance)"/></pattern></defs>"#
  }
}
