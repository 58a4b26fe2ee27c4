// swift-tools-version: 6.2
import PackageDescription

/// One floor of the house: a target, the floors below that it may see, and where it lies.
struct Floor {
  var name: String
  var sees: [Target.Dependency]
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

let maxMindDB: Target.Dependency = .target(
  name: "CMaxMindDB",
  condition: .when(traits: ["GeoIP"])
)

/// `.release/compile static` sets it: the folder of the static libraries that Debian does not ship, for a program that
/// needs no shared library at all.
let staticLibraries = Context.environment["WEIR_STATIC_LIBRARIES"]

let floors: [Floor] = [
  Floor(name: "FlowModel", sees: []),
  Floor(name: "SystemFiles", sees: []),
  Floor(name: "LogInput", sees: ["FlowModel", "SystemFiles", "CZlib", isal]),
  Floor(name: "GeoLookup", sees: ["FlowModel", "SystemFiles", maxMindDB]),
  Floor(name: "FlowParsing", sees: ["FlowModel"]),
  Floor(name: "FlowAggregation", sees: ["FlowModel", "SystemFiles"]),
  Floor(
    name: "FlowDetection",
    sees: ["FlowModel", "FlowAggregation"],
    plugins: [.plugin(name: "RulePagesPlugin")]
  ),
  Floor(
    name: "FlowReporting",
    sees: ["FlowModel", "FlowAggregation", "FlowDetection", mustache],
    embedded: [
      "page.css", "page.js", "head.mustache", "tail.mustache", "opening.mustache", "alarm.mustache",
      "findings.mustache", "card.mustache", "card-limit.mustache", "group.mustache",
      "line.mustache", "more.mustache", "figure.mustache", "pictures.mustache", "table.mustache",
      "titled-table.mustache", "tables.mustache", "quality.mustache", "suppressed.mustache",
      "closing.mustache", "pivot-head.mustache", "pivot-part.mustache", "pivot-tail.mustache",
    ].map { "HTML/Page/\($0)" } + ["Mail/mail.mustache"]
  ),
  Floor(name: "FlowSettings", sees: ["FlowModel", "SystemFiles", "FlowDetection", yams]),
  Floor(name: "FlowHistory", sees: ["FlowModel", "SystemFiles", "FlowDetection", grdb]),
  Floor(
    name: "FlowPipeline",
    sees: [
      "FlowModel", "SystemFiles", "LogInput", "FlowParsing", "FlowAggregation", "FlowDetection",
      "FlowReporting", "FlowHistory",
    ]
  ),
  Floor(
    name: "FlowGenerator",
    sees: ["FlowModel", "SystemFiles", "LogInput"],
    path: "Benchmarks/FlowGenerator"
  ),
]

let everyFloor = floors.map { Target.Dependency.target(name: $0.name) }

let tests: [(name: String, sees: [String])] = [
  ("FlowModelTests", ["FlowModel"]),
  ("SystemFilesTests", ["SystemFiles"]),
  ("LogInputTests", ["LogInput", "SystemFiles", "FlowModel"]),
  ("GeoLookupTests", ["GeoLookup", "FlowModel"]),
  ("FlowParsingTests", ["FlowParsing", "FlowModel"]),
  (
    "FlowAggregationTests",
    ["FlowAggregation", "FlowModel", "FlowParsing", "LogInput", "SystemFiles"]
  ),
  ("FlowDetectionTests", ["FlowDetection", "FlowAggregation", "FlowModel", "FlowParsing"]),
  (
    "FlowSettingsTests",
    ["FlowSettings", "FlowDetection", "FlowAggregation", "FlowModel", "SystemFiles"]
  ),
  ("FlowHistoryTests", ["FlowHistory", "FlowDetection", "FlowModel", "SystemFiles"]),
  ("FlowReportingTests", ["FlowReporting", "FlowDetection", "FlowAggregation", "FlowModel"]),
  ("FlowGeneratorTests", ["FlowGenerator", "FlowParsing", "LogInput", "FlowModel", "SystemFiles"]),
  (
    "CommandTests",
    [
      "FlowPipeline", "FlowReporting", "FlowDetection", "FlowGenerator", "LogInput", "FlowModel",
      "SystemFiles",
    ]
  ),
]

let package = Package(
  name: "weir",
  products: [
    .executable(name: "weir", targets: ["weir"]),
    .library(name: "Weir", targets: ["FlowPipeline"]),
  ],
  traits: [
    .default(enabledTraits: ["ISAL", "GeoIP"]),
    .trait(
      name: "ISAL",
      description: "Inflate with ISA-L (libisal-dev); without it zlib does all the work"
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
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CISAL", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(name: "CMaxMindDB", providers: [.apt(["libmaxminddb-dev"])]),
    .executableTarget(
      name: "weir",
      dependencies: floors.filter { $0.name != "FlowGenerator" }.map { .target(name: $0.name) } + [
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
    .target(name: "CAllocationCounter", path: "Benchmarks/CAllocationCounter"),
    .executableTarget(
      name: "FlowBenchmarks",
      dependencies: everyFloor + ["CAllocationCounter"],
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
    + floors.map {
      .target(
        name: $0.name,
        dependencies: $0.sees,
        path: $0.path ?? "Sources/\($0.name)",
        resources: $0.embedded.map { .embedInCode($0) },
        swiftSettings: settings,
        plugins: $0.plugins
      )
    }
    + tests.map {
      .testTarget(
        name: $0.name,
        dependencies: $0.sees.map { .target(name: $0) } + ["FlowTestSupport"]
          + ($0.name == "CommandTests" ? ["weir"] : [])
          + ($0.name == "FlowHistoryTests" ? [grdb] : []),
        swiftSettings: settings
      )
    }
)
