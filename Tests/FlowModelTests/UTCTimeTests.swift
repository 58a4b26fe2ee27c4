import Testing

@testable import FlowModel

@Suite("UTC time")
struct UTCTimeTests {
  @Test(
    "Unix seconds as people read them",
    arguments: [
      (0, "1970-01-01T00:00:00Z"),
      (59, "1970-01-01T00:00:59Z"),
      (86_399, "1970-01-01T23:59:59Z"),
      (86_400, "1970-01-02T00:00:00Z"),
      (68_169_600, "1972-02-29T00:00:00Z"),
      (951_782_400, "2000-02-29T00:00:00Z"),
      (951_868_800, "2000-03-01T00:00:00Z"),
      (1_704_067_199, "2023-12-31T23:59:59Z"),
      (1_704_067_200, "2024-01-01T00:00:00Z"),
      (1_709_164_799, "2024-02-28T23:59:59Z"),
      (1_709_164_800, "2024-02-29T00:00:00Z"),
      (1_709_251_199, "2024-02-29T23:59:59Z"),
      (1_709_251_200, "2024-03-01T00:00:00Z"),
      (1_735_603_200, "2024-12-31T00:00:00Z"),
      (1_740_787_200, "2025-03-01T00:00:00Z"),
      (1_767_607_207, "2026-01-05T10:00:07Z"),
      (2_147_483_648, "2038-01-19T03:14:08Z"),
      (4_107_542_399, "2100-02-28T23:59:59Z"),
      (4_107_542_400, "2100-03-01T00:00:00Z"),
      (4_294_967_295, "2106-02-07T06:28:15Z"),
    ] as [(UInt32, String)]
  )
  func table(seconds: UInt32, expected: String) {
    #expect(UTCTime(seconds).rfc3339 == expected)
  }

  @Test("Its parts are those of the whole")
  func parts() {
    let time = UTCTime(1_767_607_207)
    #expect(time.date == "2026-01-05")
    #expect(time.monthAndDay == "01-05")
    #expect(time.clock == "10:00")
  }

  @Test("All days up to 2106 follow each other")
  func everyDay() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var (year, month, day) = (1970, 1, 1)
    var wrong: [String] = []
    for number in UInt32(0)..<49_710 {
      let two = { (part: Int) in part < 10 ? "0\(part)" : "\(part)" }
      let expected = "\(year)-\(two(month))-\(two(day))"
      if UTCTime(number * 86_400).date != expected { wrong.append(expected) }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let length = lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)
      if day < length {
        day += 1
      } else {
        (year, month, day) = month < 12 ? (year, month + 1, 1) : (year + 1, 1, 1)
      }
    }
    #expect(wrong.isEmpty)
  }
}
