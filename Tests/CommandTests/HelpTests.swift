import Testing

/// What a person gets who asks what the program can do.
@Suite("Help")
struct HelpTests {
  /// Where each of the words begins, which must be there; in the order of the words.
  private func places(_ words: [String], _ text: String) throws -> [String.Index] {
    try words.map { word in
      try #require(text.firstRange(of: word)?.lowerBound, "'\(word)' is missing")
    }
  }

  @Test("--help: examples before usage, usage before options, then commands and exit status")
  func full() throws {
    let program = try Program()
    defer { program.remove() }
    let help = try program.shell("weir --help")
    let order = [
      "EXAMPLES\n", "USAGE: weir", "ARGUMENTS:\n", "--min-severity <level>", "SUBCOMMANDS:\n",
      "EXIT STATUS\n",
    ]
    let places = try places(order, help.stdout)
    #expect(places == places.sorted())
    #expect(help.status == 0)
    #expect(help.stderr.isEmpty)
    #expect(!help.stdout.contains("\n\n\n"))
    #expect(try program.shell("weir help").stdout == help.stdout)
  }

  @Test("-h prints what --help prints, of weir and of every command")
  func short() throws {
    let program = try Program()
    defer { program.remove() }
    for command in ["weir", "weir pivot", "weir explain", "weir history show"] {
      let (short, long) = (
        try program.shell("\(command) -h"), try program.shell("\(command) --help")
      )
      #expect(short.stdout == long.stdout && short.status == 0 && short.stderr.isEmpty)
    }
  }

  @Test("Without anything to read, a terminal gets help of at most 24 lines and status 2")
  func terminal() throws {
    let program = try Program()
    defer { program.remove() }
    let bare = try program.shell(
      "script --quiet --return --command 'stty cols 80; weir' typescript"
    )
    let text = bare.stdout.replacing("\r\n", with: "\n")
    #expect(bare.status == 2)
    _ = try places(["EXAMPLES\n", "USAGE: weir", "COMMANDS: analyze, ", "weir --help"], text)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 24)
    #expect(!text.contains("--min-severity <"))
  }

  @Test(
    "Other commands have help of their own",
    arguments: ["analyze", "explain", "fields", "formats", "config show", "history prune"]
  )
  func commands(_ command: String) throws {
    let program = try Program()
    defer { program.remove() }
    for line in ["weir \(command) --help", "weir \(command) -h", "weir help \(command)"] {
      let help = try program.shell(line)
      #expect(help.status == 0)
      #expect(help.stdout.contains("USAGE: weir \(command)"), "\(line)")
    }
  }

  @Test("Severities are listed once, on the line of their option")
  func words() throws {
    let program = try Program()
    defer { program.remove() }
    let help = try program.shell("weir analyze --help", environment: ["COLUMNS": "200"])
    #expect(help.stdout.contains("severity. (values: info, low, medium, high, critical)"))
    #expect(!help.stdout.contains("info              -"))
  }
}
