public import ArgumentParser
internal import FlowDetection
public import FlowFindings
public import LogInput

extension Severity: ExpressibleByArgument {
  /// Reads the word for a severity.
  public init?(argument: String) { self.init(name: argument) }
  /// The words, mildest first.
  public static var allValueStrings: [String] { allCases.map(\.name) }
  /// None beside the words, which say it all.
  public static var allValueDescriptions: [String: String] { [:] }
  /// The word shown as a default.
  public var defaultValueDescription: String { name }
}

extension InflaterKind: ExpressibleByArgument {}
