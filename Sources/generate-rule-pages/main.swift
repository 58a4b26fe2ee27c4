import Foundation

// generate-rule-pages catalog|types OUTPUT RULE.swift ...
//
// Makes the entries of the catalog (catalog), or gives each rule's type its entry and its score (types).

do {
  let (kind, output) = (CommandLine.arguments[1], CommandLine.arguments[2])
  let rules = try RuleSource.read(Array(CommandLine.arguments.dropFirst(3)))
  let text = kind == "catalog" ? CatalogText(rules).text : TypesText(rules).text
  try ("// Made from the files of the rules.\n\n" + text)
    .write(toFile: output, atomically: true, encoding: .utf8)
} catch let fault as Fault {
  FileHandle.standardError.write(Data((fault.text + "\n").utf8))
  exit(1)
}
