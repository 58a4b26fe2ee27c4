internal import FlowFindings
internal import FlowModel

extension TrafficChart {
  /// A stretch of the picture's height with a scale of its own.
  private struct Panel {
    /// Pixels.
    var top: Double
    var height: Double
    var scale: Scale
    /// What its scale counts.
    var unit: String

    var floor: Double { top + height }

    func y(_ count: UInt64) -> Double {
      floor - height * Double(count) / Double(max(1, scale.top))
    }
  }

  /// Pixels: room for the words of a scale, for the clock, and the panels.
  private static let (words, clock, tall, low) = (16.0, 20.0, 150.0, 44.0)
  /// Rejected records get a panel of their own where they would be too low to be read.
  private static let leastShare: UInt64 = 4

  private var all: Panel {
    let most = bars.map(\.total).max() ?? 0
    return Panel(
      top: Self.words,
      height: Self.tall,
      scale: Scale(most),
      unit: "records in \(barLength)"
    )
  }

  private var rejectedAlone: Panel? {
    let most = bars.map(\.rejected).max() ?? 0
    guard most > 0, most < (bars.map(\.total).max() ?? 0) / Self.leastShare else { return nil }
    let top = all.floor + Self.words + 8
    return Panel(top: top, height: Self.low, scale: Scale(most, marks: 2), unit: "rejected only")
  }

  /// The picture: bars, gaps hatched, and the clock below.
  var picture: Markup {
    let (all, rejected) = (all, rejectedAlone)
    let floor = (rejected ?? all).floor
    var picture = SVGWriter(
      .fluid(height: Int(floor + Self.clock)),
      "plot",
      title: "Accepted and rejected records over time",
      description: description
    )
    picture.hatching("skip-data", "hatch", distance: 5)
    picture.hatching("no-records", "hatch", distance: 9)
    for panel in [all, rejected].compactMap(\.self) { drawGrid(panel, &picture) }
    drawBars(all, rejected, &picture)
    for gap in gaps { draw(gap, floor, &picture) }
    for panel in [all, rejected].compactMap(\.self) { drawMarks(panel, &picture) }
    drawClock(floor + 15, &picture)
    return picture.markup
  }

  private func drawGrid(_ panel: Panel, _ picture: inout SVGWriter) {
    for mark in panel.scale.marks {
      let y = SVGLength.pixels(panel.y(mark))
      picture.line(from: (.percent(0), y), to: (.percent(100), y), mark == 0 ? "axis" : "grid")
    }
  }

  private func drawMarks(_ panel: Panel, _ picture: inout SVGWriter) {
    for mark in panel.scale.marks where mark > 0 {
      let unit = mark == panel.scale.top ? " \(panel.unit)" : ""
      let y = SVGLength.pixels(panel.y(mark) - 4)
      picture.label(TextFormat.grouped(mark) + unit, x: 0, y: y, "scale")
    }
  }

  private func drawBars(_ all: Panel, _ alone: Panel?, _ picture: inout SVGWriter) {
    for bar in bars where bar.total > 0 {
      let left = axis.percent(bar.start)
      let right = axis.percent(UInt32(clamping: UInt64(bar.start) + UInt64(secondsPerBar)))
      let (x, width) = (
        SVGLength.percent(left), SVGLength.percent(max(0.05, (right - left) * 0.88))
      )
      func draw(_ picture: inout SVGWriter, _ style: StaticString, _ from: Double, _ to: Double) {
        let (top, height) = (SVGLength.pixels(to), SVGLength.pixels(from - to))
        picture.rectangle(x: x, y: top, width: width, height: height, style)
      }
      picture.group("bar", title: title(bar)) { picture in
        let rejected = bar.rejected > 0 ? min(all.y(bar.rejected), all.floor - 1) : all.floor
        if bar.rejected > 0 { draw(&picture, "rejected", all.floor, rejected) }
        if bar.accepted > 0 {
          draw(&picture, "accepted", rejected, min(all.y(bar.total), rejected - 0.5))
        }
        if let alone, bar.rejected > 0 {
          draw(&picture, "rejected", alone.floor, min(alone.y(bar.rejected), alone.floor - 1))
        }
      }
    }
  }

  private func title(_ bar: Bar) -> String {
    "\(span(bar)) UTC: \(TextFormat.grouped(bar.accepted)) accepted, \(TextFormat.grouped(bar.rejected)) rejected"
  }

  private func draw(_ gap: LogGap, _ floor: Double, _ picture: inout SVGWriter) {
    let (left, right) = (axis.percent(gap.start), axis.percent(gap.end))
    let (from, to) = (UTCTime(gap.start), UTCTime(gap.end))
    picture.rectangle(
      x: .percent(left),
      y: .pixels(Self.words),
      width: .percent(max(0.25, right - left)),
      height: .pixels(floor - Self.words),
      gap.kind == .lostRecords ? "gap lost" : "gap empty",
      title:
        "\(gap.kind.words): \(from.monthAndDay) \(from.clock) – \(to.monthAndDay) \(to.clock) UTC"
    )
  }

  private func drawClock(_ y: Double, _ picture: inout SVGWriter) {
    for (place, tick) in axis.ticks().enumerated() {
      let x = axis.percent(tick.time)
      let isOdd = place % 2 == 1
      let style: StaticString =
        x > 97
        ? (isOdd ? "clock end odd" : "clock end")
        : x < 3 ? "clock" : isOdd ? "clock middle odd" : "clock middle"
      picture.label(tick.label, x: .percent(x), y: .pixels(y), style)
    }
  }
}
