import LogInput

/// Logs of runs for a history to compare.
enum RunLogs {
  /// Twelve local addresses with some ordinary traffic, and one source that scans them for SSH, so many days after the
  /// first run.
  static func scan(
    day: Int = 0,
    from source: String = "198.51.100.7",
    addresses: ClosedRange<Int> = 1...12
  ) -> [UInt8] {
    let start = 1_767_607_200 + day * 86_400
    let lines = (1...12).map { host in
      let interface = "eni-0a1b2c3d4e5f607\(host + 10)"
      let own = "10.0.0.\(host)"
      let visit = Log.exchange(
        "192.0.2.9",
        own,
        50_000 + host,
        443,
        up: (9, 900),
        down: (9, 9000),
        start: start,
        interface: interface
      )
      guard addresses.contains(host) else { return visit }
      return visit + Log.line(source, own, 40_000 + host, 22, start: start, interface: interface)
    }
    return Array((Log.header + lines.joined()).utf8)
  }

  /// Ordinary traffic, and so much of it that a run takes a while.
  static func busy(day: Int, lines count: Int) -> [UInt8] {
    let start = 1_767_571_200 + day * 86_400
    let lines = (0..<count / 2).map { number in
      Log.exchange(
        "10.0.\(number % 7).\(number % 200 + 1)",
        "203.0.113.\(number % 250)",
        30_000 + number % 20_000,
        443,
        up: (9, 900),
        down: (9, 9000),
        start: start + number % 86_000,
        interface: "eni-0a1b2c3d4e5f6\(1000 + number % 1400)"
      )
    }
    return Array((Log.header + lines.joined()).utf8)
  }

  /// Two runs of one scanner, and a third one of another.
  static let three: [String: [UInt8]] = [
    "1.log": scan(), "2.log": scan(day: 1), "3.log": scan(day: 2, from: "198.51.100.8"),
  ]

  /// A program in a folder with these files.
  static func program(_ files: [String: [UInt8]] = three) throws -> Program {
    let program = try Program()
    for (name, bytes) in files { try program.write(name, bytes) }
    return program
  }

  /// The same, and a history `h` of the first run.
  static func rememberingProgram(_ files: [String: [UInt8]] = three) throws -> Program {
    let program = try program(files)
    _ = try program.shell("weir --history h 1.log")
    return program
  }
}
