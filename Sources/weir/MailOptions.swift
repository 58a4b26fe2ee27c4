import ArgumentParser
import FlowReporting
import FlowSettings

/// Who a mail is from and for.
struct MailOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "For --format email: a recipient, such as 'Ann <ann@example.org>'. Repeatable.",
      valueName: "address"
    )
  )
  var mailTo: [String] = []

  @Option(
    help: ArgumentHelp(
      "For --format email: the sender; default: set by the program that sends the mail.",
      valueName: "address"
    )
  )
  var mailFrom: String?

  /// The addresses of the command line, else those of the configuration.
  ///
  /// - Parameters:
  ///   - configuration: the settings.
  ///   - isNeeded: whether a mail is written: then somebody must get it.
  /// - Returns: who the mail is from and for.
  /// - Throws: `ValidationError` for what is no address, and where a recipient is missing.
  func envelope(_ configuration: Configuration, isNeeded: Bool) throws -> MailEnvelope {
    let to =
      try mailTo.isEmpty
      ? configuration.mailTo.map { try address($0, place(configuration, "mail-to")) }
      : mailTo.map { try address($0, "--mail-to") }
    let from =
      try mailFrom.map { try address($0, "--mail-from") }
      ?? configuration.words["mail-from"].map {
        try address($0, place(configuration, "mail-from"))
      }
    guard !to.isEmpty || !isNeeded else {
      throw ValidationError(
        "--format email needs a recipient: --mail-to ADDRESS, or mail-to: [ADDRESS] in the configuration"
      )
    }
    return MailEnvelope(from: from, to: to)
  }

  private func place(_ configuration: Configuration, _ key: String) -> String {
    "\(configuration.origins[key] ?? "configuration"): \(key)"
  }

  private func address(_ text: String, _ place: String) throws -> MailAddress {
    guard let address = MailAddress(text) else {
      throw ValidationError(
        "\(place): '\(SafeText.of(text))' is not a mail address such as ann@example.org or 'Ann <ann@example.org>'"
      )
    }
    return address
  }
}
