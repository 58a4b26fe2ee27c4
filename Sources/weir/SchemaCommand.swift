import ArgumentParser
import FlowReporting
import SystemFiles

/// `weir schema NAME`.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of a machine format.",
    discussion: """
      weir.report/1: --format json; weir.lines/1: one line of --format jsonl; weir.pivot/1: weir pivot --format json, or \
      one line of --format jsonl.

      EXAMPLES
        weir schema weir.report/1 > report.schema.json
        weir schema                            list the schemas
      """
  )

  @Argument(
    help: "weir.report/1, weir.lines/1 or weir.pivot/1. Default: list them.",
    completion: .list(JSONSchema.allCases.map(\.rawValue))
  )
  var name: String?

  func run() throws {
    guard let name else {
      let list = JSONSchema.allCases.map { "\($0.rawValue)  \($0.summary)\n" }.joined()
      return Output.write(list, to: .standardOutput)
    }
    guard let schema = JSONSchema(name: name) else {
      let names = JSONSchema.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("unknown schema '\(SafeText.of(name))'; expected one of \(names)")
    }
    Output.write(schema.text, to: .standardOutput)
  }
}
