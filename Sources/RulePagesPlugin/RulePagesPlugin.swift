import Foundation
import PackagePlugin

/// Makes the catalog of rules, and the pages that `weir explain` prints, from the documentation comments of the rules at
/// every build: so a page cannot say anything else than the source.
///
/// FlowFindings gets the catalog, which every layer above reads; FlowDetection gets, for each rule's type, its page.
@main
struct RulePagesPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.package.directoryURL.appending(path: "Sources/FlowDetection/Rules")
    let rules =
      (FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL } ?? [])
      .filter { $0.pathExtension == "swift" }
      .sorted { $0.path < $1.path }
    let isCatalog = target.name == "FlowFindings"
    let output = context.pluginWorkDirectoryURL
      .appending(path: isCatalog ? "RuleCatalog+Pages.swift" : "RulePages.swift")
    return [
      .buildCommand(
        displayName: "Pages of the rules for \(target.name)",
        executable: try context.tool(named: "generate-rule-pages").url,
        arguments: [isCatalog ? "catalog" : "types", output.path] + rules.map(\.path),
        inputFiles: rules,
        outputFiles: [output]
      )
    ]
  }
}
