import FlowModel
import Testing

@Suite("Line counts")
struct LineCountsTests {
  @Test("keep the first rejected line of every reason, in whatever order they are noted")
  func rejects() {
    var counts = LineCounts()
    #expect(counts.firstReject == nil)
    counts.reject(.badPort, line: 9)
    counts.reject(.badPort, line: 4)
    counts.reject(.badPort, line: 12)
    counts.reject(.tooLong, line: 7)
    #expect(counts.rejected == [.badPort: 3, .tooLong: 1])
    #expect(counts.firstRejects == [.badPort: 4, .tooLong: 7])
    #expect(counts.rejectedTotal == 4)
    #expect(counts.firstReject == FirstReject(line: 4, reason: .badPort))
  }

  @Test("name the reason that sorts first when two reasons share a line")
  func ties() {
    var counts = LineCounts()
    counts.reject(.notText, line: 3)
    counts.reject(.badTime, line: 3)
    #expect(counts.firstReject == FirstReject(line: 3, reason: .badTime))
  }

  @Test("span from the smallest start to the largest end")
  func cover() {
    var counts = LineCounts()
    counts.cover(start: 200, end: 260)
    counts.cover(start: 300, end: 250)
    counts.cover(start: 150, end: 155)
    #expect(counts.firstStart == 150)
    #expect(counts.lastEnd == 260)
  }

  @Test("of several inputs add up, while first rejects stay with their input")
  func add() {
    var first = LineCounts()
    (first.lines, first.headers, first.reversedTimes) = (10, 1, 2)
    (first.records.ok, first.records.noData, first.records.skipData) = (4, 2, 1)
    first.reject(.badPort, line: 5)
    first.cover(start: 100, end: 110)
    var second = LineCounts()
    (second.lines, second.headers, second.reversedTimes) = (20, 2, 3)
    (second.records.ok, second.records.noData, second.records.skipData) = (8, 16, 32)
    second.reject(.badPort, line: 2)
    second.reject(.cutOff, line: 20)
    second.cover(start: 90, end: 105)

    var sum = first
    sum.add(second)
    sum.add(LineCounts())
    #expect(sum.lines == 30 && sum.headers == 3 && sum.reversedTimes == 5)
    #expect(sum.records.ok == 12 && sum.records.noData == 18 && sum.records.skipData == 33)
    #expect(sum.records.total == 63)
    #expect(sum.rejected == [.badPort: 2, .cutOff: 1])
    #expect(sum.firstRejects == first.firstRejects)
    #expect(sum.firstStart == 90 && sum.lastEnd == 110)
  }

  @Test("without a record have no time span, and take over that of another input")
  func addToNothing() {
    var counts = LineCounts()
    counts.add(LineCounts())
    #expect(counts == LineCounts())
    var other = LineCounts()
    other.cover(start: 7, end: 8)
    counts.add(other)
    #expect(counts.firstStart == 7 && counts.lastEnd == 8)
  }
}

@Suite("The interface registry")
struct InterfaceRegistryTests {
  @Test("numbers interfaces in the order of first sight, and the missing one 0")
  func numbers() {
    let registry = InterfaceRegistry()
    #expect(registry.number("eni-b") == 1)
    #expect(registry.number("eni-a") == 2)
    #expect(registry.number("eni-b") == 1)
    #expect(registry.number("-") == 0)
    #expect(registry.number("eni-c") == 3)
    #expect(registry.names == ["-", "eni-b", "eni-a", "eni-c"])
  }

  @Test("stops growing at its limit, and still knows the interfaces from before")
  func limit() {
    let registry = InterfaceRegistry(limit: 1000)
    for index in 1..<registry.limit { _ = registry.number("\(index)") }
    #expect(registry.names.count == registry.limit)
    #expect(registry.number("one more") == 0)
    #expect(registry.names.count == registry.limit)
    #expect(registry.number("17") == 17)
  }
}
