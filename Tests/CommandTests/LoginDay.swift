import FlowTestSupport
import Foundation

/// A day of SSH conversations of one server, as windows of a log record them.
struct LoginDay {
  /// Packets and bytes of one side.
  typealias Side = (packets: Double, bytes: Double)

  static let server = "10.0.0.5"
  static let external = "198.51.100.20"
  static let internalHost = "10.0.3.9"
  /// 2026-01-05T00:00:00Z.
  static let begin = 1_767_571_200.0

  private struct Key: Hashable {
    var source, destination: String
    var sourcePort, port: Int
    var start: Int
  }

  private let window: Double
  private let phase: Double
  private var sides: [Key: Side] = [:]
  private var nextPort = 40_000
  var numbers: SeededNumbers

  /// - Parameters:
  ///   - window: seconds of a window.
  ///   - phase: which eighth of a window the windows are shifted by, 0 to 7.
  ///   - seed: of the random numbers.
  init(window: Int, phase: Int, seed: UInt64) {
    self.window = Double(window)
    self.phase = Self.begin - 600 + Double(phase * window) / 8
    numbers = SeededNumbers(seed)
    for peer in 1...30 {
      add(
        "192.0.2.\(peer)",
        at: Double(peer) * 2800,
        lasting: 5,
        (12, 1500),
        (14, 9000),
        port: 443
      )
    }
  }

  /// A whole number of the range.
  mutating func roll(_ range: ClosedRange<Int>) -> Double {
    Double(range.lowerBound) + Double(numbers.next() % UInt64(range.count))
  }

  /// Adds a conversation from a new client port; its packets spread evenly over its windows.
  mutating func add(
    _ client: String,
    at second: Double,
    lasting seconds: Double,
    _ up: Side,
    _ down: Side,
    port: Int = 22,
    from clientPort: Int? = nil
  ) {
    nextPort += 1
    let (start, own) = (Self.begin + second, clientPort ?? nextPort)
    let (first, last) = (
      ((start - phase) / window).rounded(.down), ((start + seconds - phase) / window).rounded(.down)
    )
    for number in stride(from: first, through: last, by: 1) {
      let opening = phase + number * window
      let part = min(start + seconds, opening + window) - max(start, opening)
      let share = seconds > 0 ? part / seconds : 1
      let there = Key(
        source: client,
        destination: Self.server,
        sourcePort: own,
        port: port,
        start: Int(opening)
      )
      let back = Key(
        source: Self.server,
        destination: client,
        sourcePort: port,
        port: own,
        start: Int(opening)
      )
      for (key, side) in [(there, up), (back, down)] {
        let known = sides[key] ?? (0, 0)
        sides[key] = (known.packets + side.packets * share, known.bytes + side.bytes * share)
      }
    }
  }

  /// A refused password or key of an OpenSSH client.
  mutating func refused(_ client: String, at second: Double, from port: Int? = nil) {
    add(
      client,
      at: second,
      lasting: 4,
      (15 + roll(-1...1), 3801),
      (13 + roll(0...1), 3549),
      from: port
    )
  }

  /// A session with so many KiB in responses.
  mutating func session(
    _ client: String,
    at second: Double,
    lasting seconds: Double,
    kibibytes: Double
  ) {
    let packets = max(25, seconds / 4 + kibibytes)
    add(
      client,
      at: second,
      lasting: seconds,
      (packets, packets * 90 + 2500),
      (packets, kibibytes * 1024 + 3000)
    )
  }

  /// One command with a key.
  mutating func command(_ client: String, at second: Double) {
    add(
      client,
      at: second,
      lasting: 1,
      (23 + roll(0...3), 4937 + roll(0...200)),
      (22 + roll(0...3), 5137 + roll(0...800))
    )
  }

  /// The records, by time.
  var log: String {
    let lines = sides.sorted {
      ($0.key.start, $0.key.source, $0.key.sourcePort) < (
        $1.key.start, $1.key.source, $1.key.sourcePort
      )
    }
    return Log.header
      + lines.map { key, side in
        let packets = max(1, Int(side.packets.rounded()))
        return Log.line(
          key.source,
          key.destination,
          key.sourcePort,
          key.port,
          packets: packets,
          bytes: max(40 * packets, Int(side.bytes.rounded())),
          start: key.start,
          end: key.start + Int(window) - 1,
          action: "ACCEPT"
        )
      }.joined()
  }
}
