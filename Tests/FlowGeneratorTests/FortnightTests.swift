import FlowGenerator
import FlowModel
import Testing

@Suite("Two generated weeks")
struct FortnightTests {
  @Test(
    "are the same bytes for the same seed, however many days are written, and others for another"
  )
  func determinism() throws {
    let two = try HistoryRuns(FortnightPlan(days: 2)).bytes()
    let one = try HistoryRuns(FortnightPlan(days: 1)).bytes()
    #expect(try two == HistoryRuns(FortnightPlan(days: 2)).bytes())
    #expect(one.count == 25)
    for (name, bytes) in one { #expect(two[name] == bytes, "\(name)") }
    let other = try HistoryRuns(FortnightPlan(seed: 2, days: 1)).bytes()
    #expect(other.keys == one.keys)
    for (name, bytes) in one where name.hasSuffix(".gz") { #expect(other[name] != bytes) }
  }

  @Test("are lines of the default format, all of which parse, and none of which is lost")
  func lines() throws {
    let historyRuns = try #require(HistoryRuns.planted)
    #expect(historyRuns.historyRuns.count == 14)
    for historyRun in historyRuns.historyRuns {
      #expect(historyRun.files == 24)
      #expect(historyRun.counts.rejected.isEmpty)
      #expect(historyRun.counts.headers == 24)
      #expect(historyRun.counts.records.ok == UInt64(historyRun.records.count))
      #expect(historyRun.counts.records.noData > 1_900)
    }
    let read = historyRuns.historyRuns.reduce(0) { $0 + $1.counts.records.total }
    #expect(read == UInt64(historyRuns.totals.records))
  }

  @Test("have so many records a day that a test can replay them, fewer at the weekend")
  func size() throws {
    let historyRuns = try #require(HistoryRuns.planted)
    for historyRun in historyRuns.historyRuns {
      let isWeekend = [6, 7, 13, 14].contains(historyRun.number)
      let expected = isWeekend ? 25_000...35_000 : 35_000...45_000
      #expect(expected ~= historyRun.records.count, "day \(historyRun.number)")
    }
  }

  @Test("hold each record in the folder of the day on which it ended")
  func days() throws {
    let monday = 1_772_409_600
    for historyRun in try #require(HistoryRuns.planted).historyRuns {
      let start = monday + (historyRun.number - 1) * 86_400
      let day = start..<(start + 86_400)
      for record in historyRun.records {
        guard day.contains(record.end), record.start < record.end, record.start > start - 60 else {
          Issue.record("\(record)")
          return
        }
      }
    }
  }

  @Test("hold packets of possible sizes")
  func sizes() throws {
    for record in try #require(HistoryRuns.planted).historyRuns.lazy.flatMap(\.records) {
      guard record.packets * 28...record.packets * 1_500 ~= record.bytes else {
        Issue.record("\(record)")
        return
      }
    }
  }

  @Test("show what stays inside at both ends, packet by packet and byte by byte")
  func conservation() throws {
    var seen: [Ends: [UInt32: Sums]] = [:]
    for historyRun in try #require(HistoryRuns.planted).historyRuns {
      for record in historyRun.records
      where record.source.address.isOwn && record.destination.address.isOwn {
        let ends = Ends(from: record.source, to: record.destination)
        seen[ends, default: [:]][record.interface, default: Sums()].add(record)
      }
    }
    #expect(seen.count > 20_000)
    for (ends, sums) in seen {
      guard sums.count == 2, Set(sums.values).count == 1 else {
        Issue.record("\(ends) \(sums)")
        return
      }
    }
  }

  private struct Sums: Hashable {
    var packets = 0
    var bytes = 0

    mutating func add(_ record: Record) {
      packets += record.packets
      bytes += record.bytes
    }
  }
}

@Suite("What is planted in two generated weeks")
struct FortnightTruthTests {
  private static let observed = HistoryRuns.planted.map(Observed.init)

  @Test(
    "is in the lines on the days of the truth, and on no others",
    arguments: [
      ("beacon", 7), ("exfil.volume", 4), ("new.external", 3), ("admin.new-source", 1),
      ("lateral.new-admin-edge", 1), ("new.service", 1), ("volume.unusual", 1),
      ("cross-vpc.unexpected", 1), ("port.unusual", 1), ("eni.idle", 7),
    ]
  )
  func plants(_ rule: String, _ count: Int) throws {
    let truth = try #require(HistoryRuns.planted).truth().filter { $0.rule == rule }
    let observed = try #require(Self.observed).findings.filter { $0.rule == rule }
    #expect(truth.count == count)
    #expect(observed == truth)
  }

  @Test("is in the truth, every rule of it")
  func nothingElse() throws {
    let truth = try #require(HistoryRuns.planted).truth()
    #expect(try #require(Self.observed).findings == truth)
    #expect(truth.count == 27)
  }

  @Test("leaves at most one network a day that somebody asks once")
  func rareNetworks() throws {
    #expect(try #require(Self.observed).mostRareNetworks == 1)
  }

  @Test("is not there when nothing shall be, and the truth is a header")
  func quiet() throws {
    let historyRuns = try #require(HistoryRuns.quiet)
    #expect(try historyRuns.truth().isEmpty)
    #expect(Observed(historyRuns).findings.isEmpty)
    #expect(historyRuns.historyRuns.allSatisfy { $0.counts.records.noData == 0 })
  }

  @Test("changes no other record")
  func apart() throws {
    let quiet = try #require(HistoryRuns.quiet).historyRuns
    let planted = try #require(HistoryRuns.planted).historyRuns
    for (quiet, planted) in zip(quiet, planted).dropFirst(6) {
      let known = Set(planted.records.map(\.row))
      let missing = quiet.records.count { !known.contains($0.row) }
      #expect(missing == 0, "day \(quiet.number)")
    }
  }

  @Test("is played by others in a larger network, with the same rules on the same days")
  func larger() throws {
    let historyRuns = try HistoryRuns(FortnightPlan(hosts: 15, seed: 5, days: 8))
    let truth = try historyRuns.truth()
    #expect(truth.count == 3)
    #expect(Observed(historyRuns).findings == truth)
  }
}
