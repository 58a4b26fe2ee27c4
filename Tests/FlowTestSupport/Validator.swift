internal import Foundation
internal import SystemFiles

/// Programs that are not ours and know a format: scripts in `Tests/Validators`, run by Python.
package enum Validator {
  /// A text that is not what its format asks for, or a tool that is missing.
  package struct Fault: Error, CustomStringConvertible {
    /// What the script says.
    package let description: String
  }

  /// Has a script read a text; tests that use it name the tools in `.needs`.
  ///
  /// - Parameters:
  ///   - script: its name without `.py`.
  ///   - bytes: the text.
  /// - Returns: what the script prints: what it found in the text, as JSON.
  /// - Throws: `Fault` with the end of what the script complains of.
  package static func read(_ script: String, _ bytes: [UInt8]) throws -> String {
    let folder = try TemporaryFolder()
    let input = try folder.write(bytes, to: "input")
    let (out, err) = ("\(folder.path)/out", "\(folder.path)/err")
    let process = Foundation.Process()
    process.executableURL = URL(filePath: "/bin/sh")
    // The distribution's Python is the one that finds the distribution's packages.
    process.arguments = [
      "-c", #"/usr/bin/python3 -B "$1" "$2" > "$3" 2> "$4""#, "sh", path(script), input, out, err,
    ]
    try process.run()
    process.waitUntilExit()
    let text = { (name: String) in String(decoding: try folder.read(name), as: UTF8.self) }
    guard process.terminationStatus == 0 else {
      throw Fault(description: "\(script): \(try text("err").suffix(2000))")
    }
    return try text("out")
  }

  private static func path(_ script: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Validators/\(script).py").path
  }
}
