internal import FlowFindings
internal import FlowModel

/// The command that takes a reader on: to what is known of the host or the source of the worst incident.
struct NextCommand {
  private let report: Report

  init(_ report: Report) { self.report = report }

  /// The last lines of a screen; none without findings.
  var lines: [String] {
    guard let first = FindingLines(report).lines.first else { return [] }
    let explain = "weir explain \(TextFormat.safe(first.best.rule.rawValue))"
    // A command is never broken, so that it can be copied.
    let lookup = first.severity >= .high ? first.host.flatMap(AddressFacts(report).lookup) : nil
    return ["", "Next: \(pivot(first) ?? explain)"] + (lookup.map { ["      \($0)"] } ?? [])
  }

  /// nil where the logs cannot be read again, or nobody is to be looked at.
  private func pivot(_ line: FindingLines.Line) -> String? {
    guard !report.paths.isEmpty, !report.paths.contains("-"), let subject = subject(line) else {
      return nil
    }
    let paths = report.paths.map { ShellWord.quoted(TextFormat.safe($0)) }
    return "weir pivot \(subject) \(paths.joined(separator: " "))"
  }

  private func subject(_ line: FindingLines.Line) -> String? {
    if let host = line.host { return host.description }
    switch line.best.actor {
    case .address(let address): return address.description
    case .prefix(let network): return network.description
    case .campaign: return line.best.targets.sample.first?.address.description
    }
  }
}

/// A word of a command that a shell takes as it is.
enum ShellWord {
  /// The word, in single quotes where it has characters that mean something to a shell.
  static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: ":"),
        UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "@"):
        true
      default: false
      }
    }
    guard !plain || word.isEmpty else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
