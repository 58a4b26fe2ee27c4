import ArgumentParser
import FlowDetection
import FlowFindings
import FlowModel
import FlowPipeline
import FlowSettings
import LogInput
import SystemFiles

/// Options of one word that the configuration may set as well: the command line counts first, and both are checked in
/// the same way.
struct ChosenOptions {
  private(set) var minSeverity = Severity.info
  private(set) var failOn: Severity?
  private(set) var top: Int?
  /// Raw lines of a finding.
  private(set) var evidence = AnalysisSettings.usualEvidenceLines
  private(set) var threads: Int?
  private(set) var memory: Int?
  private(set) var inflater = InflaterKind.fastest
  private(set) var maximumRejected = 0.01
  private(set) var logFormat: RecordFormat?
  private(set) var color = When.auto
  private(set) var usesASCII = false
  /// The pager; nil for none.
  private(set) var pager: String?
  private(set) var progress = When.auto
  private(set) var internalNetworks: [IPNetwork] = []

  /// More lines than this are a search, for which there is `weir pivot --raw`.
  private static let mostEvidence = 100

  private let configuration: Configuration

  /// - Throws: `ValidationError` that names the option, or the place in the configuration.
  init(_ command: Analyze, _ configuration: Configuration) throws {
    try self.init(command.input, configuration)
    minSeverity = try command.minSeverity ?? word("min-severity", Severity.init(name:)) ?? .info
    failOn = try command.failOn ?? word("fail-on", Severity.init(name:))
    top = try command.outputs.top ?? word("top") { Int($0) }
    if let top, top < 0 { throw ValidationError("--top takes 0 or more") }
    evidence = try command.outputs.evidence ?? word("evidence") { Int($0) } ?? evidence
    guard 0...Self.mostEvidence ~= evidence else {
      throw ValidationError("--evidence takes 0 to \(Self.mostEvidence)")
    }
    usesASCII = usesASCII || command.outputs.ascii
  }

  /// The options that commands share.
  ///
  /// - Throws: `ValidationError` that names the option, or the place in the configuration.
  init(_ command: InputOptions, _ configuration: Configuration) throws {
    self.configuration = configuration
    usesASCII = try word("ascii", Bool.init) ?? false
    let pager = configuration.words["pager"] ?? environment("PAGER") ?? "less -FRX"
    self.pager = ["cat", "never"].contains(pager) ? nil : pager
    threads = try command.threads ?? word("threads") { Int($0) }
    if let threads, !(1...1024 ~= threads) {
      throw ValidationError("--threads takes 1 to 1024")
    }
    memory = try (command.memory ?? configuration.words["memory"]).map(Analyze.parse(memory:))
    inflater = try command.inflater ?? word("inflater", InflaterKind.init(rawValue:)) ?? .fastest
    guard inflater.isAvailable else {
      throw ValidationError("this build has no ISA-L; use --inflater zlib")
    }
    let share = command.maxRejected ?? configuration.words["max-rejected"] ?? "1%"
    maximumRejected = try Analyze.parse(share: share)
    let format = command.logFormat ?? configuration.words["log-format"]
    logFormat = try format.map(Analyze.parse(logFormat:))
    color = try command.color ?? word("color", When.init(rawValue:)) ?? .auto
    progress = try command.progress ?? word("progress", When.init(rawValue:)) ?? .auto
    internalNetworks = try command.internal.map { text in
      guard let network = IPNetwork(text), network.prefixLength > 0 else {
        throw ValidationError(
          "--internal: invalid CIDR range '\(text)'; expected such as 12.0.0.0/16"
        )
      }
      return network
    }
    if internalNetworks.isEmpty { internalNetworks = configuration.internalNetworks }
  }

  /// The configuration's word for a key, read.
  private func word<Value>(_ key: String, _ read: (String) -> Value?) throws -> Value? {
    guard let text = configuration.words[key] else { return nil }
    guard let value = read(text) else {
      let place = configuration.origins[key] ?? "configuration"
      throw ValidationError("\(place): \(key): invalid value '\(text)'")
    }
    return value
  }
}
