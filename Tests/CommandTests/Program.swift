import Foundation
import SystemFiles

/// What one run of the program printed and how it ended.
struct Outcome {
  var stdout: String
  var stderr: String
  var status: Int32
}

/// Runs the built program as its user would, in a folder of its own.
struct Program {
  /// The top of the repository.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The folder that holds the program: that of `WEIR_BINARY`, or of the one built beside the tests.
  ///
  /// A release build, which `WEIR_BINARY` may name, runs the whole-program cases in a fraction of the time.
  static let products: URL = {
    if let given = ProcessInfo.processInfo.environment["WEIR_BINARY"] {
      precondition(given.hasSuffix("/weir"), "WEIR_BINARY must lead to a program called weir")
      return URL(filePath: given).deletingLastPathComponent().absoluteURL
    }
    var url = Bundle.main.executableURL ?? Bundle.main.bundleURL
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      url = bundle.bundleURL
    }
    while url.path != "/", !FileManager.default.fileExists(atPath: url.appending(path: "weir").path)
    {
      url.deleteLastPathComponent()
    }
    return url.path == "/" ? repository.appending(path: ".build/debug") : url
  }()

  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let url = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try Data(bytes).write(to: url)
  }

  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
  }

  /// Where `.ci/run` gathers every report of the tests, to check all of them against their schemas; nil elsewhere.
  private static let reports = ProcessInfo.processInfo.environment["WEIR_KEEP_REPORTS"]

  private static func keep(_ text: String) {
    guard let reports,
      text.hasPrefix("{\n  \"schema\": \"weir.") || text.hasPrefix("{\"kind\":")
        || text.hasPrefix("{\"type\":")
    else { return }
    try? Data(text.utf8).write(to: URL(filePath: "\(reports)/\(UUID().uuidString)"))
  }

  /// Runs a line of shell with `weir` on the path, nothing on standard input, and an environment like cron's.
  func shell(
    _ line: String,
    in place: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Foundation.Process()
    process.executableURL = URL(filePath: "/bin/sh")
    let (out, err) = (folder.appending(path: ".stdout"), folder.appending(path: ".stderr"))
    process.arguments = [
      "-c", "{ \(line)\n} > \"$OUT\" 2> \"$ERR\" < \"${IN:-/dev/null}\"",
    ]
    process.currentDirectoryURL = place ?? folder
    var variables = [
      "PATH": "\(Self.products.path):/usr/local/bin:/usr/bin:/bin", "OUT": out.path,
      "ERR": err.path, "LC_ALL": "C.UTF-8", "COLUMNS": "120",
    ]
    if let library = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] {
      variables["LD_LIBRARY_PATH"] = library
    }
    process.environment = variables.merging(environment) { _, new in new }
    try process.run()
    process.waitUntilExit()
    let text = { (url: URL) in
      String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
    }
    let outcome = Outcome(
      stdout: text(out),
      stderr: text(err),
      status: process.terminationStatus
    )
    Self.keep(outcome.stdout)
    return outcome
  }
}

/// Lines of a log in the default format.
enum Log {
  static let header =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"

  static func line(
    _ source: String,
    _ destination: String,
    _ sourcePort: Int,
    _ port: Int,
    protocol number: Int = 6,
    packets: Int = 1,
    bytes: Int = 40,
    start: Int = 1_767_607_200,
    end: Int? = nil,
    action: String = "REJECT",
    interface: String = "eni-0a1b2c3d4e5f60718"
  ) -> String {
    "2 123456789012 \(interface) \(source) \(destination) \(sourcePort) \(port) \(number) \(packets) \(bytes) \(start) \(end ?? start + 30) \(action) OK\n"
  }

  /// What passed between two ends in one window, seen at one interface: the client's packets, then the server's.
  static func exchange(
    _ client: String,
    _ server: String,
    _ clientPort: Int,
    _ port: Int,
    up: (packets: Int, bytes: Int),
    down: (packets: Int, bytes: Int),
    start: Int,
    seconds: Int = 1,
    interface: String = "eni-0a1b2c3d4e5f60718"
  ) -> String {
    let end = start + seconds
    let request = line(
      client,
      server,
      clientPort,
      port,
      packets: up.packets,
      bytes: up.bytes,
      start: start,
      end: end,
      action: "ACCEPT",
      interface: interface
    )
    guard down.packets > 0 else { return request }
    return request
      + line(
        server,
        client,
        port,
        clientPort,
        packets: down.packets,
        bytes: down.bytes,
        start: start,
        end: end,
        action: "ACCEPT",
        interface: interface
      )
  }

  /// Twelve local addresses, each on an interface of its own with some ordinary traffic, and one source that scans SSH.
  static func scan() -> String {
    (1...12).map { host in
      let interface = "eni-0a1b2c3d4e5f607\(host + 10)"
      let own = "10.0.0.\(host)"
      return line(
        "192.0.2.9",
        own,
        50_000 + host,
        443,
        packets: 9,
        bytes: 900,
        action: "ACCEPT",
        interface: interface
      )
        + line(
          own,
          "192.0.2.9",
          443,
          50_000 + host,
          packets: 9,
          bytes: 9000,
          action: "ACCEPT",
          interface: interface
        )
        + line("198.51.100.7", own, 40_000 + host, 22, interface: interface)
    }.joined()
  }
}
