import Foundation
import PackagePlugin

/// Makes the catalog of rules from the rules' files at every build: so it cannot say anything else than they do.
///
/// FlowFindings gets the catalog, which every layer above reads; FlowDetection gets, for each rule's type, its entry.
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
      .appending(path: isCatalog ? "RuleCatalog+All.swift" : "Rules+Catalog.swift")
    return [
      .buildCommand(
        displayName: "Catalog of the rules for \(target.name)",
        executable: try context.tool(named: "generate-rule-pages").url,
        arguments: [isCatalog ? "catalog" : "types", output.path] + rules.map(\.path),
        inputFiles: rules,
        outputFiles: [output]
      )
    ]
  }
}
