import ArgumentParser
import FlowModel
import FlowPipeline
import FlowSettings

/// Options that say whose log it is, over what the log tells.
struct CloudOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The AWS account of all findings, twelve digits; default: taken from object names and records.",
      valueName: "id"
    )
  )
  var awsAccount: String?

  @Option(
    help: ArgumentHelp(
      "The AWS region of all findings, such as us-east-1; default: taken from object names and records.",
      valueName: "name"
    )
  )
  var awsRegion: String?

  /// Puts the options into the settings of a run.
  ///
  /// - Throws: `ValidationError` for what is no account or region.
  func apply(_ configuration: Configuration, to settings: inout AnalysisSettings) throws {
    settings.awsPlace = AWSPlace(
      account: try Self.value(
        awsAccount,
        "aws-account",
        configuration,
        AWSPlace.isAccount,
        "not a 12-digit AWS account ID"
      ),
      region: try Self.value(
        awsRegion,
        "aws-region",
        configuration,
        AWSPlace.isRegion,
        "not a region such as us-east-1"
      )
    )
  }

  private static func value(
    _ option: String?,
    _ key: String,
    _ configuration: Configuration,
    _ isGood: (String) -> Bool,
    _ fault: String
  ) throws -> String? {
    guard let text = option ?? configuration.words[key] else { return nil }
    guard isGood(text) else {
      let origin = option == nil ? configuration.origins[key].map { "\($0): \(key)" } : nil
      throw ValidationError("\(origin ?? "--\(key)"): '\(text)' is \(fault)")
    }
    return text
  }
}
