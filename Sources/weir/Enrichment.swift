import ArgumentParser
import FlowModel
import FlowPipeline
import FlowSettings
import GeoLookup

/// Options that add to reports what files know of addresses; nothing is asked over the network.
struct Enrichment: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Names of hosts and CIDR ranges, one a line: 10.0.1.5 web-1. Repeatable.",
      valueName: "file"
    ),
    completion: .file()
  )
  var names: [String] = []

  @Option(
    help: ArgumentHelp(
      "The ip-ranges.json of AWS: external addresses of AWS are shown with service and region.",
      valueName: "file"
    ),
    completion: .file()
  )
  var awsIpRanges: String?

  @Option(
    help: ArgumentHelp(
      "A .mmdb file (City, Country or ASN): external addresses are shown with country and owner. Repeatable.",
      valueName: "file"
    ),
    completion: .file()
  )
  var geoip: [String] = []

  /// Reads the files into the settings of a run.
  ///
  /// - Throws: `ExitStatus` when one cannot be used.
  /// - Returns: the databases, which are asked for damage at the end; nil without any.
  func apply(
    _ configuration: Configuration,
    to settings: inout AnalysisSettings
  ) throws -> GeoDatabase? {
    settings.names.hosts = try hosts(configuration)
    try Analyze.settingsOrExit { () throws(SettingsError) in
      if let path = awsIpRanges ?? configuration.awsRanges {
        settings.awsPrefixes = try AWSRangesFile.read(path)
      }
    }
    let paths = geoip.isEmpty ? configuration.geoDatabases : geoip
    guard !paths.isEmpty else { return nil }
    do throws(GeoDatabaseError) {
      let database = try GeoDatabase(paths)
      settings.origins = database
      return database
    } catch {
      Output.complain(error.description)
      throw ExitStatus(2)
    }
  }

  /// The names of hosts and ranges that settings and files give.
  ///
  /// - Throws: `ExitStatus` when a file cannot be used.
  func hosts(_ configuration: Configuration) throws -> AddressNames {
    var hosts = configuration.hostNames
    try Analyze.settingsOrExit { () throws(SettingsError) in
      for path in names.isEmpty ? configuration.nameFiles : names {
        hosts.add(try NamesFile.read(path))
      }
    }
    return hosts
  }

  /// Tells of damage that look-ups came upon.
  ///
  /// - Throws: `ExitStatus` when there is some; the report is written by then.
  static func check(_ database: GeoDatabase?) throws {
    guard let fault = database?.fault else { return }
    Output.complain("\(fault.description); the report omits its information")
    throw ExitStatus(2)
  }
}
