// swift-tools-version: 6.2
import PackageDescription

/// One layer: a target, the layers below on which it depends, and where it lies.
struct Layer {
  var name: String
  var dependsOn: [Target.Dependency]
  var path: String?
  var plugins: [Target.PluginUsage] = []
  /// Files that are built into the program.
  var embedded: [String] = []
}

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
]

let isal: Target.Dependency = .target(name: "CISAL", condition: .when(traits: ["ISAL"]))

let zstd: Target.Dependency = .target(name: "CZstd", condition: .when(traits: ["Zstd"]))

let snappy: Target.Dependency = .target(name: "CSnappy", condition: .when(traits: ["Snappy"]))

let maxMindDB: Target.Dependency = .target(
  name: "CMaxMindDB",
  condition: .when(traits: ["GeoIP"])
)

/// `.release/compile static` sets it: the folder of the static libraries that Debian does not ship, for a program that
/// needs no shared library at all.
let staticLibraries = Context.environment["WEIR_STATIC_LIBRARIES"]

let layers: [Layer] = [
  Layer(name: "FlowModel", dependsOn: []),
  Layer(name: "SystemFiles", dependsOn: []),
  Layer(name: "LogInput", dependsOn: ["FlowModel", "SystemFiles", "CZlib", isal, zstd, snappy]),
  Layer(name: "GeoLookup", dependsOn: ["FlowModel", "SystemFiles", maxMindDB]),
  Layer(name: "FlowParsing", dependsOn: ["FlowModel", "CRecordParser"]),
  Layer(
    name: "FlowFindings",
    dependsOn: ["FlowModel"],
    plugins: [.plugin(name: "RulePagesPlugin")]
  ),
  Layer(name: "SpillableTable", dependsOn: ["SystemFiles"]),
  Layer(
    name: "FlowAggregation",
    dependsOn: ["FlowModel", "SystemFiles", "FlowFindings", "SpillableTable"]
  ),
  Layer(
    name: "FlowDetection",
    dependsOn: ["FlowModel", "FlowFindings", "FlowAggregation"],
    plugins: [.plugin(name: "RulePagesPlugin")]
  ),
  Layer(
    name: "FlowReporting",
    dependsOn: ["FlowModel", "FlowFindings", mustache],
    embedded: [
      "page.css", "page.js", "head.mustache", "tail.mustache", "opening.mustache", "alarm.mustache",
      "findings.mustache", "card.mustache", "card-limit.mustache", "group.mustache",
      "incident.mustache",
      "line.mustache", "more.mustache", "figure.mustache", "pictures.mustache", "table.mustache",
      "titled-table.mustache", "tables.mustache", "quality.mustache", "suppressed.mustache",
      "closing.mustache", "pivot-head.mustache", "pivot-part.mustache", "pivot-tail.mustache",
    ].map { "HTML/Page/\($0)" } + ["Mail/mail.mustache"]
      + ["report", "lines", "pivot"].map { "Schemas/weir.\($0)-1.json" }
  ),
  Layer(name: "FlowSettings", dependsOn: ["FlowModel", "SystemFiles", "FlowFindings", yams]),
  Layer(name: "FlowHistory", dependsOn: ["FlowModel", "SystemFiles", "FlowFindings", grdb]),
  Layer(
    name: "FlowPipeline",
    dependsOn: [
      "FlowModel", "SystemFiles", "LogInput", "FlowParsing", "FlowFindings", "FlowAggregation",
      "FlowDetection", "FlowReporting", "FlowHistory",
    ]
  ),
  Layer(
    name: "FlowGenerator",
    dependsOn: ["FlowModel", "SystemFiles", "LogInput"],
    path: "Benchmarks/FlowGenerator"
  ),
]

let everyLayer = layers.map { Target.Dependency.target(name: $0.name) }

let tests: [(name: String, dependsOn: [String])] = [
  ("FlowModelTests", ["FlowModel"]),
  ("SystemFilesTests", ["SystemFiles"]),
  ("LogInputTests", ["LogInput", "SystemFiles", "FlowModel"]),
  ("GeoLookupTests", ["GeoLookup", "FlowModel"]),
  ("FlowParsingTests", ["FlowParsing", "FlowModel", "LogInput"]),
  (
    "FlowAggregationTests",
    [
      "FlowAggregation", "FlowFindings", "FlowModel", "FlowParsing", "LogInput", "SpillableTable",
      "SystemFiles",
    ]
  ),
  ("SpillableTableTests", ["SpillableTable", "SystemFiles"]),
  (
    "FlowDetectionTests",
    ["FlowDetection", "FlowFindings", "FlowAggregation", "FlowModel", "FlowParsing"]
  ),
  (
    "FlowSettingsTests",
    ["FlowSettings", "FlowFindings", "FlowModel", "SystemFiles"]
  ),
  (
    "FlowHistoryTests",
    ["FlowHistory", "FlowDetection", "FlowFindings", "FlowModel", "SystemFiles"]
  ),
  (
    "FlowReportingTests",
    ["FlowReporting", "FlowDetection", "FlowFindings", "FlowAggregation", "FlowModel"]
  ),
  ("FlowGeneratorTests", ["FlowGenerator", "FlowParsing", "LogInput", "FlowModel", "SystemFiles"]),
  (
    "CommandTests",
    [
      "FlowPipeline", "FlowReporting", "FlowDetection", "FlowFindings", "FlowGenerator", "LogInput",
      "FlowModel",
      "SystemFiles",
    ]
  ),
]

let package = Package(
  name: "weir",
  products: [
    .executable(name: "weir", targets: ["weir"]),
    .library(name: "Weir", targets: ["FlowPipeline", "FlowFindings", "FlowModel"]),
  ],
  traits: [
    .default(enabledTraits: ["ISAL", "GeoIP", "Zstd", "Snappy"]),
    .trait(
      name: "ISAL",
      description: "Inflate with ISA-L (libisal-dev); without it zlib does all the work"
    ),
    .trait(
      name: "Zstd",
      description: "Read logs that are compressed with zstd (libzstd-dev)"
    ),
    .trait(
      name: "Snappy",
      description: "Read Parquet files that are compressed with Snappy (libsnappy-dev)"
    ),
    .trait(
      name: "GeoIP",
      description: "Country and network of addresses with libmaxminddb (libmaxminddb-dev)"
    ),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    // For `swift package generate-documentation` alone.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CISAL", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(name: "CMaxMindDB", providers: [.apt(["libmaxminddb-dev"])]),
    .executableTarget(
      name: "weir",
      dependencies: layers.filter { $0.name != "FlowGenerator" }.map { .target(name: $0.name) } + [
        .product(name: "ArgumentParser", package: "swift-argument-parser")
      ],
      swiftSettings: settings,
      linkerSettings: staticLibraries.map { [.unsafeFlags(["-static-executable", "-L\($0)"])] }
        ?? []
    ),
    .executableTarget(
      name: "generate-logs",
      dependencies: ["FlowGenerator"],
      path: "Benchmarks/generate-logs",
      swiftSettings: settings
    ),
    .plugin(
      name: "RulePagesPlugin",
      capability: .buildTool(),
      dependencies: ["generate-rule-pages"],
      path: "Sources/RulePagesPlugin"
    ),
    .executableTarget(name: "generate-rule-pages", path: "Sources/generate-rule-pages"),
    .target(name: "CRecordParser"),
    .target(name: "CAllocationCounter", path: "Benchmarks/CAllocationCounter"),
    .executableTarget(
      name: "FlowBenchmarks",
      dependencies: everyLayer + ["CAllocationCounter"],
      path: "Benchmarks/FlowBenchmarks",
      swiftSettings: settings
    ),
    .target(
      name: "FlowTestSupport",
      dependencies: ["FlowModel", "LogInput", "SystemFiles"],
      path: "Tests/FlowTestSupport",
      swiftSettings: settings
    ),
  ]
    + layers.map {
      .target(
        name: $0.name,
        dependencies: $0.dependsOn,
        path: $0.path ?? "Sources/\($0.name)",
        resources: $0.embedded.map { .embedInCode($0) },
        swiftSettings: settings,
        plugins: $0.plugins
      )
    }
    + tests.map {
      .testTarget(
        name: $0.name,
        dependencies: $0.dependsOn.map { .target(name: $0) } + ["FlowTestSupport"]
          + ($0.name == "CommandTests" ? ["weir"] : [])
          + ($0.name == "FlowHistoryTests" ? [grdb] : []),
        swiftSettings: settings
      )
    }
)
