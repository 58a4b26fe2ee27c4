import ArgumentParser

/// The help of `weir` itself.
///
/// The parser keeps the options behind `weir analyze --help`, as they belong to the command that runs when none is
/// named. Whoever asks `weir --help` wants to see them: examples first, then every option, commands and exit status.
enum HelpText {
  /// The help that was asked for, with the one of `weir` replaced by ours.
  static func extending(_ text: String) -> String {
    guard text == Weir.helpMessage() else { return text }
    return full
  }

  /// Examples and commands: `weir` without input on a terminal.
  static var short: String {
    let names = Weir.configuration.subcommands.map { $0._commandName }
    let end = [
      "COMMANDS: \(names.joined(separator: ", "))",
      "",
      "Every option: weir --help",
    ]
    return join([examples, usage, end])
  }

  /// Everything.
  static var full: String {
    let analyze = lines(Weir.helpMessage(for: Analyze.self)).drop { $0 != "ARGUMENTS:" }
    let commands = root.drop { $0 != "SUBCOMMANDS:" }
    return join([examples, usage, Array(analyze), Array(commands), exitStatus])
  }

  private static var root: [String] { lines(Weir.helpMessage()) }
  private static var examples: [String] { Array(root.prefix { $0 != "EXIT STATUS" }) }
  private static var exitStatus: [String] {
    Array(root.drop { $0 != "EXIT STATUS" }.prefix { !$0.hasPrefix("USAGE:") })
  }
  private static var usage: [String] {
    Array(root.drop { !$0.hasPrefix("USAGE:") }.prefix { $0 != "OPTIONS:" })
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Blocks with one empty line between them.
  private static func join(_ blocks: [[String]]) -> String {
    blocks.map { block in
      var block = block
      while block.last?.isEmpty == true { block.removeLast() }
      return block.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}
