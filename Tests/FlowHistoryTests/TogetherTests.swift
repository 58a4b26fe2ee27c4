import FlowDetection
import FlowModel
import FlowTestSupport
import SystemFiles
import Synchronization
import Testing

@testable import FlowFindings
@testable import FlowHistory

@Suite("Several runs on one memory at once")
struct TogetherTests {
  private let network = BusyNetwork(hosts: 10, outside: 40, objects: 6, findings: 5)

  @Test("One observes what the other recorded, and each observes a whole run")
  func interleaved() throws {
    let place = try Place()
    let (one, other) = (try place.open(), try place.open())
    try one.remember(network.historyRun(0))
    #expect(try other.runs().count == 1)
    try other.remember(network.historyRun(1))
    #expect(try one.lines() == other.lines())
    #expect(try one.baseline()?.days == 2)
    #expect(try one.damage().isEmpty)
  }

  @Test("While one writes, the other reads yesterday")
  func reading() throws {
    let place = try Place()
    let (one, other) = (try place.open(), try place.open())
    try one.remember(network.historyRun(0))
    let yesterday = try other.lines()
    try one.remember(network.historyRun(1)) { _ in
      let (seen, looked) = (try other.lines(), try place.open(isReadOnly: true).lines())
      #expect(seen == yesterday)
      #expect(looked == yesterday)
    }
    #expect(try other.runs().count == 2)
  }

  @Test("Two runs that read the same run count it once, whoever is first")
  func same() throws {
    let place = try Place()
    let (one, other) = (try place.open(), try place.open())
    let historyRun = network.historyRun(0)
    #expect(try one.known(among: historyRun.objects).isEmpty)
    #expect(try other.known(among: historyRun.objects).isEmpty)
    try one.remember(historyRun)
    let once = try one.lines().filter { $0.contains("\"sighting\"") || $0.contains("\"volume\"") }
    try other.remember(historyRun)
    let twice = try one.lines().filter { $0.contains("\"sighting\"") || $0.contains("\"volume\"") }
    #expect(once == twice)
  }

  @Test("Writers queue: nothing is lost, whatever the order")
  func writers() throws {
    let place = try Place()
    let failures = Mutex<[String]>([])
    let (workers, historyRuns) = (4, 5)
    // Each opens the file by itself, the first moment included.
    Workers.run(workers) { worker in
      do {
        let history = try place.open()
        for number in 0..<historyRuns {
          try history.remember(network.historyRun(worker * historyRuns + number))
          _ = try history.baseline()
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    let history = try place.open()
    #expect(try history.runs().map(\.number) == Array(1...(workers * historyRuns)))
    #expect(try history.summary().objects == 6 * workers * historyRuns)
    #expect(try history.damage().isEmpty)

    // The same runs one after the other: sums do not depend on the order.
    let calm = try Place().open()
    for number in 0..<(workers * historyRuns) { try calm.remember(network.historyRun(number)) }
    let (left, right) = (try #require(try history.baseline()), try #require(try calm.baseline()))
    #expect(left.baselineEntries.mapValues(\.bytes) == right.baselineEntries.mapValues(\.bytes))
    #expect(left.days == right.days)
    for (host, hours) in right.volumes {
      #expect(left.volumes[host]?.map(\.hour) == hours.map(\.hour))
      #expect(left.volumes[host]?.map(\.volume) == hours.map(\.volume))
    }
  }

  @Test("Many that make the same file at the same moment all get it", arguments: 0..<5)
  func making(_: Int) throws {
    let place = try Place()
    let failures = Mutex<[String]>([])
    Workers.run(8) { _ in
      do { _ = try place.open().runs() } catch { failures.withLock { $0.append("\(error)") } }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(try place.open().damage().isEmpty)
  }
}
