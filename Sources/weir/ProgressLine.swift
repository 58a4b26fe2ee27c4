import FlowFindings
import FlowModel
import FlowPipeline
import FlowReporting
import SystemFiles

/// The line on standard error that shows how far a run has come; nothing where nobody looks.
struct ProgressLine: Sendable {
  private static let delay = 0.3
  private let isShown: Bool
  private let isTerminal: Bool

  init(_ choice: When) {
    isTerminal = Screen(.standardError).isCapable
    isShown = choice == .always || choice == .auto && isTerminal
  }

  /// Tells a person something at once; a file or a mail that nobody reads meanwhile is spared.
  var note: (@Sendable (String) -> Void)? {
    guard isShown else { return nil }
    return { Output.complain($0) }
  }

  /// Draws the line anew.
  var show: (@Sendable (Progress) -> Void)? {
    guard isShown else { return nil }
    let isTerminal = isTerminal
    return { progress in
      guard progress.seconds >= Self.delay else { return }
      let text = Self.text(progress)
      let line = isTerminal ? "\r\u{1b}[K\(text)" : text + "\n"
      try? OpenFile.standardError.write(Array(line.utf8).span)
    }
  }

  /// Takes the line away.
  func clear() {
    guard isShown, isTerminal else { return }
    try? OpenFile.standardError.write(Array("\r\u{1b}[K".utf8).span)
  }

  /// How fast it went: told to a person, and no part of the report.
  func summarize(_ report: Report, seconds: Double) {
    guard isTerminal else { return }
    let rate = Double(report.input.counts.records.total) / max(seconds, 0.000_001)
    let memory = Machine.peakMemory >> 20
    Output.complain(
      "\(Self.short(seconds)) s, \(Self.rate(rate)) records/s, at most \(memory) MiB of memory"
    )
  }

  private static func text(_ progress: Progress) -> String {
    let (done, total) = progress.compressedBytes
    var parts = [
      "\(progress.files.done)/\(progress.files.total) files", "\(done >> 20) MiB",
      "\(rate(Double(progress.records) / progress.seconds)) records/s",
    ]
    if total > 0, done > 0, done <= total {
      let left = progress.seconds * Double(total - done) / Double(done)
      parts[1] = "\(done >> 20)/\(total >> 20) MiB (\(done * 100 / total) %)"
      parts.append("\(short(left)) s left")
    }
    return parts.joined(separator: ", ")
  }

  private static func rate(_ value: Double) -> String {
    value >= 1_000_000 ? "\(short(value / 1_000_000)) M" : "\(Int(value / 1000)) k"
  }

  private static func short(_ value: Double) -> String {
    let tenths = Int(value * 10 + 0.5)
    return "\(tenths / 10).\(tenths % 10)"
  }
}
