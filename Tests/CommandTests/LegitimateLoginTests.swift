import Foundation
import Testing

/// What people and programs with valid credentials do, and a login after brute force beside it.
@Suite("Logins of a day, in windows of one and of ten minutes")
struct LegitimateLoginTests {
  struct Pattern: Sendable, CustomTestStringConvertible {
    var name: String
    var make: @Sendable (inout LoginDay) -> Void
    var testDescription: String { name }

    init(_ name: String, _ make: @escaping @Sendable (inout LoginDay) -> Void) {
      (self.name, self.make) = (name, make)
    }
  }

  private static let noon = 43_200.0

  /// So many refused passwords, then half an hour of work.
  private static func typos(_ count: Int) -> Pattern {
    Pattern("\(count) typos, then work") { day in
      for number in 0..<count {
        day.refused(LoginDay.external, at: noon + Double(number) * 12)
      }
      let end = noon + Double(count) * 12
      day.session(LoginDay.external, at: end, lasting: 1800, kibibytes: 150)
    }
  }

  /// A hundred and fifty tasks of configuration management, one of which takes ten minutes.
  private static func tasks(_ client: String, _ name: String) -> Pattern {
    Pattern(name) { day in
      for number in 0..<120 { day.command(client, at: noon + Double(number) * 3) }
      day.session(client, at: noon + 370, lasting: 600, kibibytes: 50)
      for number in 0..<30 { day.command(client, at: noon + 980 + Double(number) * 3) }
    }
  }

  static let patterns = [
    typos(2), typos(3), typos(4), typos(5), typos(7),
    tasks(LoginDay.internalHost, "configuration management from inside"),
    tasks(LoginDay.external, "configuration management from outside"),
    Pattern("six sessions with typos before each") { day in
      for session in 0..<6 {
        let start = 8000 + Double(session) * 11_000
        for number in 0...(session % 4) {
          day.refused(LoginDay.external, at: start + Double(number) * 15)
        }
        day.session(LoginDay.external, at: start + 70, lasting: 1500, kibibytes: 120)
      }
    },
    Pattern("a pulled backup whose key was wrong six times") { day in
      for number in 0..<6 { day.refused(LoginDay.external, at: noon + Double(number) * 60) }
      day.session(LoginDay.external, at: noon + 400, lasting: 400, kibibytes: 100_000)
    },
    Pattern("the same on three evenings") { day in
      for evening in 0..<3 {
        let start = 20_000 + Double(evening) * 15_000
        for number in 0..<6 { day.refused(LoginDay.external, at: start + Double(number) * 60) }
        day.session(LoginDay.external, at: start + 400, lasting: 400, kibibytes: 100_000)
      }
    },
    Pattern("CI runners: small fetches, some clones") { day in
      for number in 0..<70 {
        let start = 3000 + Double(number) * 1100
        if number % 5 == 0 {
          day.session(LoginDay.external, at: start, lasting: 20, kibibytes: 1200)
        } else {
          day.command(LoginDay.external, at: start)
        }
      }
    },
    Pattern("a monitor that logs in every five minutes, and an administrator's session") { day in
      for number in 0..<280 { day.command(LoginDay.external, at: Double(number) * 300) }
      day.session(LoginDay.external, at: noon, lasting: 2400, kibibytes: 200)
    },
    Pattern("a monitor with a wrong key, and an administrator's session") { day in
      for number in 0..<280 { day.refused(LoginDay.external, at: Double(number) * 300) }
      day.session(LoginDay.external, at: noon, lasting: 2400, kibibytes: 200)
    },
    Pattern("an hourly job with a wrong key, and a session from the same host") { day in
      for number in 0..<24 { day.refused(LoginDay.internalHost, at: Double(number) * 3500) }
      day.session(LoginDay.internalHost, at: noon, lasting: 1200, kibibytes: 80)
    },
    Pattern("an upload after three typos") { day in
      for number in 0..<3 { day.refused(LoginDay.external, at: noon + Double(number) * 15) }
      day.add(LoginDay.external, at: noon + 50, lasting: 60, (30_000, 44e6), (15_000, 900_000))
    },
    Pattern("an office behind one address") { day in
      for number in 0..<12 {
        let start = 5000 + Double(number) * 5000
        if number % 2 == 0 { day.refused(LoginDay.external, at: start) }
        day.session(LoginDay.external, at: start + 20, lasting: 1800, kibibytes: 90)
      }
    },
    Pattern("nine failures from two client ports that are used again") { day in
      for number in 0..<9 {
        day.refused(LoginDay.external, at: noon + Double(number) * 70, from: 45_000 + number % 2)
      }
    },
    Pattern("a repository polled every ten minutes, one clone") { day in
      for number in 0..<140 { day.command(LoginDay.external, at: Double(number) * 600) }
      day.session(LoginDay.external, at: noon + 100, lasting: 45, kibibytes: 2000)
    },
    Pattern("four keys refused, then a session") { day in
      for number in 0..<4 { day.refused(LoginDay.external, at: noon + Double(number) * 400) }
      day.session(LoginDay.external, at: noon + 1800, lasting: 3000, kibibytes: 90)
    },
    Pattern("eight equal sessions, one every five minutes, between internal hosts") { day in
      for number in 0..<8 {
        let start = noon + Double(number) * 300
        day.add(LoginDay.internalHost, at: start, lasting: 2, (18, 4100), (16, 5200))
      }
    },
  ]

  private static func scores(_ pattern: Pattern, window: Int, phase: Int) throws -> [Int] {
    let program = try Program()
    defer { program.remove() }
    var day = LoginDay(window: window, phase: phase, seed: UInt64(phase))
    pattern.make(&day)
    try program.write("log", day.log)
    let outcome = try program.shell(
      "weir --format json --evidence 0 log | grep '\"score\"' | tr -dc '0-9\\n'"
    )
    return outcome.stdout.split(separator: "\n").compactMap { Int($0) }
  }

  @Test("No alarm of 70 or more about legitimate use, at eight phases", arguments: patterns)
  func legitimate(_ pattern: Pattern) throws {
    for window in [60, 600] {
      for phase in 0..<8 {
        let scores = try Self.scores(pattern, window: window, phase: phase)
        #expect(scores.allSatisfy { $0 < 70 }, "windows of \(window) s, phase \(phase)")
      }
    }
  }

  @Test("A session after forty attempts that then stop is an alarm in windows of either length")
  func compromise() throws {
    let attack = Pattern("forty attempts, then a session") { day in
      for number in 0..<40 { day.refused(LoginDay.external, at: Self.noon + Double(number) * 37) }
      day.session(LoginDay.external, at: Self.noon + 1600, lasting: 1300, kibibytes: 180)
    }
    for window in [60, 600] {
      for phase in 0..<8 {
        let scores = try Self.scores(attack, window: window, phase: phase)
        #expect(scores.contains { $0 >= 70 }, "windows of \(window) s, phase \(phase)")
      }
    }
  }
}
