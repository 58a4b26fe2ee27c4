import ArgumentParser
import SystemFiles

/// The command: parses, runs and turns errors into exit codes; subcommands are files of their own.
@main
struct Weir: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weir",
    abstract:
      "Finds scans, brute force, compromised hosts and unusual connections in AWS VPC Flow Logs.",
    usage: "weir [OPTIONS] [PATH ...]\nweir COMMAND ...",
    discussion: """
      EXAMPLES
        weir AWSLogs/                          everything below a folder
        zcat a.log.gz | weir                   a pipe, gzipped or not
        aws s3 cp s3://BUCKET/KEY - | weir
        weir --format json --fail-on high AWSLogs/ > report.json
        weir --suppress known.yaml --threat-list bad.txt AWSLogs/
        weir --history weir.db --since last --only new AWSLogs/
                                               nightly: only new findings
        weir pivot 198.51.100.77 AWSLogs/      investigate an address, range or interface
        weir --format blocklist:nft --min-severity medium AWSLogs/ | nft -f -
        weir explain ssh.likely-success        what a rule observes, and how to respond

      EXIT STATUS
        0    ran to the end
        1    a finding at or above --fail-on
        2    usage error, nothing readable, or a report that could not be written
        3    incomplete input: damaged, partly missing, or without records
        130  interrupted
      """,
    version: "weir 0.1.0",
    subcommands: [
      Analyze.self, PivotCommand.self, EvidenceCommand.self, Explain.self, Fields.self,
      Formats.self, ConvertCommand.self, ConfigCommand.self,
      HistoryCommand.self, SchemaCommand.self,
    ],
    defaultSubcommand: Analyze.self
  )

  static func main() {
    StandardFiles.fillClosed()
    Interruption.watch()
    Machine.keepHistory()
    guard !CommandLine.arguments.isEmpty else {
      Output.complain("cannot read its arguments: /proc is not mounted")
      ExitStatus(2).leave()
    }
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let status as ExitStatus {
      status.leave()
    } catch {
      leave(error)
    }
  }

  /// Help is no error; everything else that the parser throws is a mistake of usage.
  private static func leave(_ error: any Error) {
    let isHelp = exitCode(for: error) == .success
    let text = HelpText.extending(fullMessage(for: error))
    Output.write(text + "\n", to: isHelp ? .standardOutput : .standardError)
    ExitStatus(isHelp ? 0 : 2).leave()
  }
}

/// The code that the process leaves with; see the contract of exit codes.
struct ExitStatus: Error {
  let code: Int32
  init(_ code: Int32) { self.code = code }

  func leave() -> Never { Process.leave(code) }
}

/// Writing to external networks.
enum Output {
  /// Writes text; a closed pipe ends the program quietly.
  static func write(_ text: String, to file: OpenFile) {
    write(Array(text.utf8), to: file)
  }

  static func write(_ bytes: [UInt8], to file: OpenFile) {
    do throws(SystemError) {
      try file.write(bytes.span)
    } catch {
      if error.isClosedPipe { Process.leave(0) }
      complain(error.description)
      Process.leave(2)
    }
  }

  /// One line for a person on standard error.
  static func complain(_ text: String) {
    let line = Array("weir: \(text)\n".utf8)
    try? OpenFile.standardError.write(line.span)
  }
}
