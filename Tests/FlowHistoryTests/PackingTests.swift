import FlowDetection
import FlowModel
import FlowTestSupport
import Foundation
import GRDB
import Testing

@testable import FlowFindings
@testable import FlowHistory

@Suite("How hours and baseline entries are packed")
struct PackingTests {
  private func hours(_ random: inout SplitMix) -> PackedHours.Hours {
    (UInt8(0)..<24).filter { _ in random.oneIn(2) }.map { hour in
      let volume = HourVolume.of(
        random.next() >> UInt64(random.below(64)),
        random.next() >> UInt64(random.below(64)),
        random.next() >> UInt64(random.below(64))
      )
      return (hour, volume)
    }
  }

  private func isEqual(_ left: PackedHours.Hours?, _ right: PackedHours.Hours) -> Bool {
    left?.map(\.hour) == right.map(\.hour) && left?.map(\.volume) == right.map(\.volume)
  }

  @Test("Hours come out as they went in", arguments: 0..<50)
  func roundTrip(seed: UInt64) {
    var random = SplitMix(seed)
    let day = hours(&random)
    #expect(isEqual(PackedHours.unpack(PackedHours.pack(day)), day))
  }

  @Test("The bytes are what the layout says")
  func layout() {
    let packed = PackedHours.pack([(2, .of(1, 300, 0)), (23, .of(127, 128, .max))])
    let largest = [UInt8](repeating: 255, count: 9) + [1]
    #expect([UInt8](packed) == [2, 1, 172, 2, 0, 23, 127, 128, 1] + largest)
  }

  @Test(
    "Bytes that are no hours are refused",
    arguments: [[0], [24, 1, 1, 1], [5, 1, 1, 1, 5, 1, 1, 1], [0, 1, 1], [0, 255]]
      + [[0, 1, 1] + [UInt8](repeating: 128, count: 11)]
  )
  func refused(bytes: [UInt8]) {
    #expect(PackedHours.unpack(Data(bytes)) == nil)
  }

  @Test("No bytes make a crash", arguments: 0..<20)
  func random(seed: UInt64) {
    var random = SplitMix(seed)
    for _ in 0..<200 {
      let bytes = (0..<random.below(40)).map { _ in UInt8(random.below(256)) }
      if let day = PackedHours.unpack(Data(bytes)) {
        #expect(isEqual(PackedHours.unpack(PackedHours.pack(day)), day))
      }
      let text = (0..<random.below(60)).map { _ in Array("-. /:\n\\09afx".utf8)[random.below(12)] }
      if let lines = BaselineEntryText.lines(Data(text)) {
        #expect(BaselineEntryText.lines(Data(BaselineEntryText.text(lines).utf8)) == lines)
      }
    }
  }

  @Test("Joining days: every hour of either, sums or the larger numbers", arguments: 0..<20)
  func merging(seed: UInt64) {
    var random = SplitMix(seed)
    let (old, new) = (hours(&random), hours(&random))
    for isReread in [false, true] {
      let merged = PackedHours.merge(old, new, isReread: isReread)
      #expect(merged.map(\.hour) == Set(old.map(\.hour) + new.map(\.hour)).sorted())
      for (hour, volume) in merged {
        var expected = old.first { $0.hour == hour }?.volume ?? HourVolume()
        let added = new.first { $0.hour == hour }?.volume ?? HourVolume()
        if isReread {
          expected.bytesOut = max(expected.bytesOut, added.bytesOut)
          expected.bytesIn = max(expected.bytesIn, added.bytesIn)
          expected.conversations = max(expected.conversations, added.conversations)
        } else {
          expected.add(added)
        }
        #expect(volume == expected)
      }
    }
  }

  @Test("A baseline entry is a line that people can read")
  func line() throws {
    let history = try Place().open()
    let seen = Seen(first: dayZero + 5, last: dayZero + 9, bytes: 1234)
    let egress = BaselineEntry(.egress, host: .of("10.0.0.1"), label: "nat gateway")
    try history.remember(.of([.outward(): seen, egress: seen]))
    let rows = try history.reading { database in
      try String.fetchAll(database, sql: "SELECT lines FROM sighting ORDER BY kind")
    }
    #expect(
      rows == [
        "- 0 0 1728000005 1728000009 20000 1 1234 nat gateway\n",
        "198.51.0.0/16 6 443 1728000005 1728000009 20000 1 1234 \n",
      ]
    )
  }
}
