import FlowTestSupport
import LogInput

/// Inputs that several suites read.
enum Samples {
  /// The libraries that this build can inflate with.
  static let inflaters = InflaterKind.allCases.filter(\.isAvailable)

  /// Three short lines.
  static let text = Array("alpha 1\nbeta 22\ngamma 333\n".utf8)
  /// Some lines more, of a few hundred bytes.
  static let longer: [UInt8] = {
    var random = SplitMix(11)
    return random.text(lines: 8, longest: 20)
  }()
  /// What separates lines.
  static let lineFeed = UInt8(ascii: "\n")

  /// One gzip member.
  static func gzip(_ text: String) -> [UInt8] { GzipWriter.member(Array(text.utf8)) }

  /// Lines as text, for messages that people can read.
  static func strings(_ delivery: Delivery) -> [String] {
    delivery.lines.map { String(decoding: $0, as: UTF8.self) }
  }

  /// A line of so many equal letters.
  static func line(_ length: Int, _ letter: Unicode.Scalar = "x") -> [UInt8] {
    [UInt8](repeating: UInt8(ascii: letter), count: length)
  }
}
