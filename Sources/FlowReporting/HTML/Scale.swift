internal import FlowFindings

/// Round marks of a scale of counts.
struct Scale: Equatable {
  /// From 0 to the top.
  let marks: [UInt64]
  var top: UInt64 { marks[marks.count - 1] }

  /// Marks up to a count and a little beyond, at most so many of them above 0.
  init(_ most: UInt64, marks limit: UInt64 = 4) {
    let most = min(most, 1 << 58)
    var step: UInt64 = 1
    while step * limit < most {
      let decade = Self.decade(step)
      step = step == decade ? decade * 2 : step == decade * 2 ? decade * 5 : decade * 10
    }
    let count = max(1, (most + step - 1) / step)
    marks = (0...count).map { $0 * step }
  }

  private static func decade(_ number: UInt64) -> UInt64 {
    var decade: UInt64 = 1
    while decade * 10 <= number { decade *= 10 }
    return decade
  }
}
