internal import FlowGenerator

/// What the command line asks for.
struct Request {
  /// What can be made.
  enum Kind: String {
    case sample
    case corpus
    case flood
    case fortnight
  }

  let kind: Kind
  let folder: String
  private(set) var seed: UInt64 = 1
  private(set) var threads = 2
  private var records = 20_000_000
  private var files = 64
  private var format = LineFormat.v2
  private var hosts = FortnightPlan.fewestHosts
  private var isQuiet = false

  /// Reads the arguments behind the program's name.
  ///
  /// - Returns: nil when they make no sense.
  init?(_ arguments: [String]) {
    guard arguments.count >= 2, let kind = Kind(rawValue: arguments[0]) else { return nil }
    self.kind = kind
    folder = arguments[1]
    var options = Array(arguments.dropFirst(2))
    if let flag = options.firstIndex(of: "--quiet") {
      options.remove(at: flag)
      isQuiet = true
    }
    guard options.count.isMultiple(of: 2) else { return nil }
    for index in stride(from: 0, to: options.count, by: 2) {
      guard set(options[index], options[index + 1]) else { return nil }
    }
  }

  /// The size of the corpus.
  var plan: CorpusPlan {
    CorpusPlan(records: records, files: files, seed: seed, format: format)
  }

  /// The size of the two weeks.
  var fortnight: FortnightPlan {
    FortnightPlan(hosts: hosts, seed: seed, isQuiet: isQuiet)
  }

  /// Takes over an option.
  ///
  /// - Returns: whether it exists and can have the value.
  private mutating func set(_ option: String, _ value: String) -> Bool {
    switch option {
    case "--seed": Self.store(UInt64(value), in: &seed)
    case "--threads": Self.store(Self.count(value), in: &threads)
    case "--records": Self.store(Self.count(value), in: &records)
    case "--files": Self.store(Self.count(value), in: &files)
    case "--hosts": Self.store(Self.hosts(value), in: &hosts)
    case "--format": Self.store(LineFormat(rawValue: value), in: &format)
    default: false
    }
  }

  private static func count(_ text: String) -> Int? {
    Int(text).flatMap { $0 > 0 ? $0 : nil }
  }

  private static func hosts(_ text: String) -> Int? {
    count(text).flatMap { $0 >= FortnightPlan.fewestHosts ? $0 : nil }
  }

  private static func store<Value>(_ value: Value?, in place: inout Value) -> Bool {
    guard let value else { return false }
    place = value
    return true
  }
}
