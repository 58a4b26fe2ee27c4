internal import FlowFindings
internal import FlowModel

/// How good the log is that all rests on: what was read, what was not, and of which times nothing is known.
struct QualityView {
  /// A name and a value.
  struct Fact {
    var name: EscapedHTML
    var text: EscapedHTML
  }

  /// An input with what is wrong with it.
  struct Fault {
    var path: EscapedHTML
    var text: EscapedHTML
  }

  var facts: [Fact]
  var rejected: [Fact]
  var hasRejected: Bool
  var faults: [Fault]
  var hasFaults: Bool
  var moreFaults: EscapedHTML
  var notices: [EscapedHTML]
  var hasNotices: Bool
  var moreNotices: EscapedHTML
  var gaps: [Fact]
  var hasGaps: Bool
  var moreGaps: EscapedHTML

  init(_ context: PageContext) {
    let report = context.report
    facts = Self.facts(context)
    rejected = RejectReason.allCases.compactMap { reason in
      report.input.counts.rejected[reason].map {
        Fact(name: EscapedHTML(reason.rawValue), text: EscapedHTML($0))
      }
    }
    hasRejected = !rejected.isEmpty
    let faulty = report.input.sources.filter { $0.fault != nil || $0.counts.rejectedTotal > 0 }
    faults = faulty.prefix(PageLimits.listed).map(Self.fault)
    hasFaults = !faults.isEmpty
    moreFaults = Self.more(faulty.count, "input with faults", "inputs with faults")
    let said = report.notices + [report.comparison?.shortage].compactMap(\.self)
    notices = said.prefix(PageLimits.listed).map { EscapedHTML($0) }
    hasNotices = !notices.isEmpty
    moreNotices = Self.more(said.count, "notice", "notices")
    gaps = report.gaps.prefix(PageLimits.listed).map(Self.gap)
    hasGaps = !gaps.isEmpty
    moreGaps = Self.more(report.gaps.count, "gap", "gaps")
  }

  /// Where the rest of a list is; empty when it is all there.
  static func more(
    _ count: Int,
    limit: Int = PageLimits.listed,
    _ word: String,
    _ many: String
  ) -> EscapedHTML {
    let rest = count - limit
    return EscapedHTML(
      rest > 0
        ? "\(TextFormat.plural(rest, "more \(word)", "more \(many)")): weir --format json" : ""
    )
  }

  private static func facts(_ context: PageContext) -> [Fact] {
    let input = context.report.input
    let (counts, records) = (input.counts, input.counts.records)
    let cover = Coverage(context)
    let unreadable = input.sources.count { $0.form == "unreadable" }
    let parts: [(String, String)] = [
      ("Input", input.isComplete ? "complete" : "incomplete"),
      (
        "Files",
        TextFormat.grouped(input.sources.count)
          + (unreadable > 0 ? ", \(TextFormat.grouped(unreadable)) of them unreadable" : "")
      ),
      (
        "Bytes read",
        "\(TextFormat.grouped(input.compressedBytes)) (\(TextFormat.size(input.compressedBytes)))"
      ),
      ("Bytes inflated", "\(TextFormat.grouped(input.bytes)) (\(TextFormat.size(input.bytes)))"),
      ("Lines", TextFormat.grouped(counts.lines)),
      ("Records with traffic", TextFormat.grouped(records.ok)),
      ("Records without traffic (NODATA)", TextFormat.grouped(records.noData)),
      (
        "Records lost by AWS (SKIPDATA)",
        "\(TextFormat.grouped(records.skipData)) in \(TextFormat.plural(input.skipDataWindows, "window"))"
      ),
      ("Header lines", TextFormat.grouped(counts.headers)),
      ("Malformed lines", TextFormat.grouped(counts.rejectedTotal)),
      ("Times", span(counts)),
      ("Coverage", cover.map { "\($0.share) of the time from first to last record" } ?? ""),
      ("Loss", cover?.loss ?? ""),
    ]
    return parts.filter { !$0.1.isEmpty }.map {
      Fact(name: EscapedHTML($0.0), text: EscapedHTML($0.1))
    }
  }

  static func span(_ counts: LineCounts) -> String {
    guard let first = counts.firstStart, let last = counts.lastEnd else { return "" }
    return "\(UTCTime(first).rfc3339) to \(UTCTime(last).rfc3339)"
  }

  private static func fault(_ source: SourceSummary) -> Fault {
    var parts = [source.fault].compactMap(\.self)
    if let first = source.counts.firstReject {
      let lines = TextFormat.plural(source.counts.rejectedTotal, "malformed line")
      parts.append("\(lines), first is line \(first.line): \(first.reason.rawValue)")
    }
    return Fault(path: EscapedHTML(source.path), text: EscapedHTML(parts.joined(separator: "; ")))
  }

  private static func gap(_ gap: LogGap) -> Fact {
    let length = Lapse.words(gap.end > gap.start ? gap.end - gap.start : 0)
    return Fact(
      name: EscapedHTML(gap.kind.words),
      text: EscapedHTML("\(UTCTime(gap.start).rfc3339) to \(UTCTime(gap.end).rfc3339), \(length)")
    )
  }
}

/// Of how much of its time a log tells.
struct Coverage {
  /// Such as `99.7 %`, rounded down, so that 100 % means all.
  let share: String
  /// How long AWS lost records; empty without such times.
  let loss: String

  /// nil where gaps were not looked for.
  init?(_ context: PageContext) {
    guard let axis = context.axis, context.report.slices != nil else { return nil }
    let gaps = context.report.gaps
    let empty = Self.seconds(gaps.filter { $0.kind == .nothingLogged }, axis)
    let lossy = Self.seconds(gaps.filter { $0.kind == .lostRecords }, axis)
    let all = UInt64(axis.seconds)
    let tenths = (all - min(all, empty)) * 1000 / all
    share = (tenths == 1000 ? "100" : "\(tenths / 10).\(tenths % 10)") + " %"
    let length = Lapse.words(UInt32(clamping: lossy))
    loss = lossy > 0 ? "records of some interfaces lost by AWS for \(length)" : ""
  }

  /// The length of stretches within the axis, where they overlap counted once.
  private static func seconds(_ gaps: [LogGap], _ axis: TimeAxis) -> UInt64 {
    var (sum, reached) = (UInt64(0), axis.start)
    for gap in gaps.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      let (start, end) = (max(gap.start, reached), min(gap.end, axis.end))
      guard end > start else { continue }
      sum += UInt64(end - start)
      reached = end
    }
    return sum
  }
}
