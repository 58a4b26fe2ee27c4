import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("HTML report: the numbers of its pictures")
struct HTMLChartTests {
  private static let midnight = Example.begin / 86_400 * 86_400

  /// A log from midnight on.
  private static func report(seconds: UInt32) -> Report {
    var report = Example.emptyReport()
    report.input.counts.cover(start: midnight, end: midnight + seconds)
    report.slices = LogSlices(midnight...midnight + seconds)
    return report
  }

  private static func elements(_ picture: Markup) -> [PageElements.Element] {
    let elements = PageElements(picture.renderText)
    #expect(elements.faults == [])
    return elements.all
  }

  @Test("Every picture has a role, a name, and a sentence on what it shows")
  func named() {
    let page = PageElements(HTMLReporter.report(Example.page()).text)
    let pictures = page.all.indices.filter { page.all[$0].name == "svg" }
    #expect(pictures.count > 10)
    for place in pictures {
      let (picture, title, description) = (
        page.all[place], page.all[place + 1], page.all[place + 2]
      )
      #expect(
        picture.attributes["role"] == "img" && title.name == "title" && description.name == "desc"
      )
      guard picture.attributes["class"] != "swatch" else { continue }
      #expect(!title.text.isEmpty && !description.text.isEmpty)
    }
  }

  // MARK: Time

  @Test(
    "Bars are round and at most two hundred",
    arguments: [
      (3300, 300, 11), (86_399, 600, 144), (7 * 86_400 - 60, 3600, 168), (28 * 86_400, 21_600, 112),
      (59, 300, 1),
    ]
  )
  func bars(seconds: Int, length: UInt32, count: Int) throws {
    var report = Self.report(seconds: UInt32(seconds))
    report.timeline.add(start: Self.midnight, action: FlowAction.accept.rawValue)
    let chart = try #require(TrafficChart(report))
    #expect(chart.secondsPerBar == length)
    #expect(chart.bars.count == count)
  }

  @Test("Every record is in its bar, or counted as not drawn", arguments: [1, 2, 3] as [UInt64])
  func everyRecord(seed: UInt64) throws {
    var report = Self.report(seconds: 86_399)
    var state = seed
    var accepted: UInt64 = 0
    for _ in 0..<5000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let time = Self.midnight - 4000 + UInt32(state >> 33) % 100_000
      let isAccepted = state >> 20 & 3 != 0
      accepted += isAccepted ? 1 : 0
      report.timeline.add(
        start: time,
        action: (isAccepted ? FlowAction.accept : FlowAction.reject).rawValue
      )
    }
    let chart = try #require(TrafficChart(report))
    #expect(chart.total.total + chart.outside == 5000)
    #expect(chart.outside > 0 && chart.total.accepted <= accepted)
    #expect(chart.bars.allSatisfy { $0.start % chart.secondsPerBar == 0 })
  }

  @Test("A forged time does not stretch the picture")
  func forged() throws {
    var report = Self.report(seconds: 86_399)
    report.input.counts.cover(start: 0, end: .max)
    report.timeline.add(start: 0, action: FlowAction.accept.rawValue)
    report.timeline.add(start: Self.midnight, action: FlowAction.reject.rawValue)
    let chart = try #require(TrafficChart(report))
    #expect(chart.axis.start == Self.midnight && chart.bars.count < 200)
    #expect(chart.outside == 1 && chart.total.rejected == 1)
  }

  @Test("Gaps are hatched by their kind, and told")
  func gaps() throws {
    var report = Self.report(seconds: 4 * 3600)
    report.timeline.add(start: Self.midnight, action: FlowAction.accept.rawValue)
    report.gaps = [
      LogGap(kind: .lostRecords, start: Self.midnight + 600, end: Self.midnight + 660),
      LogGap(kind: .nothingLogged, start: Self.midnight + 7200, end: Self.midnight + 9000),
      LogGap(kind: .nothingLogged, start: 0, end: 60),
    ]
    let chart = try #require(TrafficChart(report))
    let gaps = Self.elements(chart.picture).filter {
      $0.attributes["class"]?.hasPrefix("gap") == true
    }
    #expect(gaps.map { $0.attributes["class"] } == ["gap lost", "gap empty"])
    #expect(gaps[1].attributes["x"] == "50%" && gaps[1].attributes["width"] == "12.5%")
    #expect(chart.picture.renderText.contains("2 gaps hatched."))
  }

  @Test("Rejected records that would be too low get a panel of their own")
  func rejectedAlone() throws {
    var report = Self.report(seconds: 3599)
    for _ in 0..<100 {
      report.timeline.add(start: Self.midnight, action: FlowAction.accept.rawValue)
    }
    report.timeline.add(start: Self.midnight, action: FlowAction.reject.rawValue)
    #expect(try #require(TrafficChart(report)).picture.renderText.contains("1 rejected only"))
    for _ in 0..<50 {
      report.timeline.add(start: Self.midnight, action: FlowAction.reject.rawValue)
    }
    #expect(!(try #require(TrafficChart(report)).picture.renderText.contains("alone")))
  }

  @Test(
    "Scales end at a round number at or above the most",
    arguments: [
      (0, [0, 1]), (1, [0, 1]), (4, [0, 1, 2, 3, 4]), (5, [0, 2, 4, 6]),
      (400, [0, 100, 200, 300, 400]),
      (401, [0, 200, 400, 600]), (2650, [0, 1000, 2000, 3000]),
    ] as [(UInt64, [UInt64])]
  )
  func scale(most: UInt64, marks: [UInt64]) {
    #expect(Scale(most).marks == marks)
    #expect(Scale(.max).top > 0)
  }

  @Test(
    "The clock has few marks, at round times",
    arguments: [
      (3599, ["01-05", "00:10", "00:20", "00:30", "00:40", "00:50", "01:00"]),
      (86_399, ["01-05", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00", "00:00"]),
      (3 * 86_400 - 1, ["01-05", "12:00", "01-06", "12:00", "01-07", "12:00", "00:00"]),
      (28 * 86_400 - 1, ["01-08", "01-15", "01-22", "01-29"]),
    ]
  )
  func clock(seconds: Int, labels: [String]) throws {
    let axis = try #require(TimeAxis(Self.report(seconds: UInt32(seconds))))
    #expect(axis.ticks().map(\.label) == labels)
  }

  // MARK: Strips

  @Test(
    "A strip shows the slices in which a finding was active",
    arguments: [
      (0b1, [0..<23]), (0b110_0001, [0..<23, 115..<161]), (1 << 62 | 1 << 63, [1426..<1440]),
    ] as [(UInt64, [Range<Int>])]
  )
  func strip(activity: UInt64, minutes: [Range<Int>]) throws {
    var finding = Example.finding()
    finding.activity = activity
    let axis = try #require(TimeAxis(Self.report(seconds: 86_399)))
    #expect(axis.minutes == 1440)
    #expect(ActivityChart.merged(axis.active(finding)) == minutes)
    let bars = Self.elements(ActivityChart.picture([finding], axis)).filter { $0.name == "rect" }
    #expect(bars.compactMap { $0.attributes["x"] } == minutes.map { "\($0.lowerBound)" })
    #expect(bars.compactMap { $0.attributes["width"] } == minutes.map { "\($0.count)" })
  }

  @Test("Where no more is known a strip goes from first to last")
  func stripWithoutActivity() throws {
    let finding = Example.finding()
    var report = Self.report(seconds: 86_399)
    let minute = Int((Example.begin - Self.midnight) / 60)
    #expect(try #require(TimeAxis(report)).active(finding) == [minute..<minute + 61])
    report.slices = nil
    #expect(try #require(TimeAxis(report)).active(finding) == [minute..<minute + 61])
  }

  @Test("A measure's bar is as long as its weight and filled as far as it counts")
  func gauge() {
    let reasons = ReasonBars(Example.fullFinding())
    let widths = reasons.rows.map { row in
      Self.elements(row.bar).filter { $0.name == "rect" }.compactMap { $0.attributes["width"] }
    }
    #expect(widths == [["100", "100"], ["33.3", "9.8"]])
    #expect(
      reasons.formula.renderText.hasPrefix("42, the maximum score of this rule here") == false
    )
  }

  // MARK: Who and whom

  @Test("The heat map has the scanners of findings and of the table, and no clients")
  func heat() throws {
    var report = Example.page()
    report.tables.hostSweeps.offer(
      HostSweep(
        source: Example.own(44),
        service: Service(protocolNumber: 6, port: 443),
        distinctDestinations: 50,
        rejected: 0,
        records: 99
      )
    )
    let map = try #require(HeatMap(report, AddressFacts(report)))
    #expect(map.rows.map(\.source.description) == ["192.0.2.10", "203.0.113.0/24", "203.0.113.7"])
    #expect(map.services.map(\.name) == ["SSH", "SNMP"])
    #expect(map.rows.map { $0.cells.values.sorted() } == [[260], [2345], [6]])
    let texts = Self.elements(map.picture).filter { $0.name == "text" }.map(\.text)
    #expect(texts.contains("260") && texts.contains("2,345") && texts.contains("6"))
  }

  @Test("More sources and services than there is room for are counted")
  func manyScanners() throws {
    var report = Example.emptyReport()
    report.findings = (0..<50).map { number in
      var finding = Example.finding(number, rule: "scan.horizontal")
      finding.service = Service(protocolNumber: 6, port: UInt16(number / 2 + 1))
      return finding
    }
    let map = try #require(HeatMap(report, AddressFacts(report)))
    #expect(map.rows.count == 20 && map.services.count == 14)
    #expect(map.remainder == "Not shown: 30 more sources, 11 more services.")
  }

  @Test(
    "Five shades, by the number of bits",
    arguments: [(1, 260, 1), (4, 260, 2), (16, 260, 3), (260, 260, 5), (1, 1, 5), (0, 1, 5)]
  )
  func shade(count: UInt64, most: UInt64, level: Int) {
    #expect(HeatMap.level(count, most) == level)
  }

  @Test("Bars of talkers are as long as their bytes")
  func talkers() throws {
    let rows = [1000, 250, 0].map { bytes in
      Talker(
        source: Example.own(1),
        destination: Example.longV6(1),
        bytes: bytes,
        packets: 1,
        records: 1
      )
    }
    let chart = try #require(ConversationChart(rows, AddressFacts(Example.emptyReport())))
    let bars = Self.elements(chart.picture).filter { $0.attributes["class"] == "sent" }
    #expect(bars.compactMap { $0.attributes["width"] } == ["100%", "25%", "0.2%"])
    #expect(chart.picture.renderText.contains("192.0.2.1 → 2001:db8:a…dddd:eeee:f001".prefix(20)))
    #expect(ConversationChart([], AddressFacts(Example.emptyReport())) == nil)
  }

  @Test("A break-in reads from left to right: who got in, where, and what was attacked from there")
  func servicePairs() throws {
    let report = Example.page()
    let cards = ["id-outbound.sweep-Outbound SSH scan-10": 3]
    let graph = try #require(ConversationGraph(report, AddressFacts(report), cards: cards))
    #expect(graph.nodes.map(\.side).contains(.reached))
    let host = try #require(graph.nodes.first { $0.label == "192.0.2.10" })
    #expect(host.side == .own && host.severity == .critical)
    let sweep = try #require(graph.edges.first { $0.titles == ["Outbound SSH scan"] })
    #expect(
      graph.nodes[sweep.to]
        == ConversationGraph.Node(
          side: .reached,
          label: "260 addresses",
          severity: .high,
          note: "SSH"
        )
    )
    #expect(sweep.card == 3 && graph.picture.renderText.contains("<a href=\"#f3\">"))
    // The chain itself is no line: its parts are.
    #expect(!graph.edges.contains { $0.titles == ["Compromised host"] })
  }

  @Test("At most thirty on a side, the rest counted")
  func crowd() throws {
    var report = Example.emptyReport()
    report.findings = (0..<100).map { number in
      var finding = Example.finding(number, score: 50)
      finding.targets.sample = [Target(address: Example.own(number))]
      return finding
    }
    let graph = try #require(ConversationGraph(report, AddressFacts(report), cards: [:]))
    #expect(graph.nodes.count == 60 && graph.edges.count == 30)
    #expect(
      graph.hidden == [70, 0, 0] && graph.remainder == "Not drawn: 70 more hosts and networks."
    )
    #expect(graph.picture.renderText.contains("+ 70 more"))
  }
}
