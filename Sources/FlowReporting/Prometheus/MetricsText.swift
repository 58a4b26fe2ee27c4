internal import FlowFindings

/// Gauges in Prometheus' text format, version 0.0.4.
struct MetricsText {
  private static let prefix = "weir_"

  private(set) var bytes: [UInt8] = []

  /// The samples of one metric.
  struct Family {
    fileprivate let name: String
    fileprivate var lines: [String] = []

    /// Adds a sample; labels are written in the order given.
    mutating func sample(_ value: some BinaryInteger, _ labels: KeyValuePairs<String, String>) {
      let pairs = labels.map { "\($0)=\"\(MetricsText.escaped($1))\"" }
      lines.append("\(name){\(pairs.joined(separator: ","))} \(value)")
    }
  }

  /// A metric of several samples; of none when there are none, but still with its help.
  mutating func add(_ name: String, _ help: String, _ samples: (inout Family) -> Void) {
    var family = Family(name: Self.prefix + name)
    samples(&family)
    put(family.name, help, family.lines)
  }

  mutating func add(_ name: String, _ help: String, _ value: some BinaryInteger) {
    put(Self.prefix + name, help, ["\(Self.prefix)\(name) \(value)"])
  }

  mutating func add(_ name: String, _ help: String, flag: Bool) { add(name, help, flag ? 1 : 0) }

  private mutating func put(_ name: String, _ help: String, _ samples: [String]) {
    let lines = ["# HELP \(name) \(help)", "# TYPE \(name) gauge"] + samples
    for line in lines { bytes += Array("\(line)\n".utf8) }
  }

  fileprivate static func escaped(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
