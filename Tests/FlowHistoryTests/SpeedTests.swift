import FlowDetection
import FlowModel
import FlowTestSupport
import SystemFiles
import Testing

@testable import FlowFindings
@testable import FlowHistory

@Suite(
  "A thousand hosts for ninety days; set WEIR_SLOW=1 to measure",
  .enabled(if: environment("WEIR_SLOW") == "1")
)
struct SpeedTests {
  @Test("Stays below 200 MB; prints sizes and seconds")
  func size() throws {
    let place = try Place()
    let network = BusyNetwork()
    var quiet = network
    quiet.outside = 20
    let history = try place.open()
    // Outside networks are the same every run: a few runs with all of them make the file what it would be.
    for number in 0..<89 {
      try history.remember((number % 30 == 0 ? network : quiet).historyRun(number))
    }
    let historyRun = network.historyRun(89)
    let clock = ContinuousClock()
    var opened: History?
    let opening = try clock.measure { opened = try place.open() }
    let again = try #require(opened)
    var baseline: Baseline?
    let reading = try clock.measure { baseline = try again.baseline() }
    let looking = try clock.measure { _ = try again.known(among: historyRun.objects) }
    let remembering = try clock.measure { try again.remember(historyRun) }
    let bytes = Folders.size(place.path) + Folders.size("\(place.path)-wal")
    print("\(try again.summary())")
    print("open \(opening), baseline \(reading), known \(looking), remember \(remembering)")
    #expect(try #require(baseline).baselineEntries.count > 300_000)
    #expect(bytes < 200_000_000)
  }
}
