import Foundation
import PackagePlugin

/// Makes the pages that `weir explain` prints from the documentation comments of the detectors, at every build: so a page
/// cannot say anything else than the source.
@main
struct RulePagesPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let module = target as? SwiftSourceModuleTarget else { return [] }
    let detectors = module.sourceFiles(withSuffix: "swift").map(\.url)
      .filter { $0.deletingLastPathComponent().lastPathComponent == "Detectors" }
      .sorted { $0.path < $1.path }
    let output = context.pluginWorkDirectoryURL.appending(path: "RulePages.swift")
    return [
      .buildCommand(
        displayName: "Pages of \(detectors.count) detectors",
        executable: try context.tool(named: "generate-rule-pages").url,
        arguments: [output.path] + detectors.map(\.path),
        inputFiles: detectors,
        outputFiles: [output]
      )
    ]
  }
}
