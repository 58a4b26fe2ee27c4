import FlowModel
import Testing

@Suite("A record format")
struct RecordFormatTests {
  private static let three: [FieldName] = [.version, .sourceAddress, .start]

  @Test(
    "is read from every spelling that tools give it",
    arguments: [
      "version srcaddr start", "${version} ${srcaddr} ${start}", "${version},${srcaddr},${start}",
      "${version}, ${srcaddr}, ${start}", "\\${version} \\${srcaddr} \\${start}",
      "version\tsrcaddr\nstart", "  version   srcaddr  start ", "VERSION SrcAddr START",
      "version srcAddr startTime", "version src_addr start_time", "version src-addr start",
      "${version}${}, ${srcaddr} ${start}",
    ]
  )
  func spellings(_ text: String) throws {
    // The last spelling holds an empty pair of braces inside the first name, which means nothing.
    let format = try #require(RecordFormat(logFormat: text))
    #expect(format.columns == Self.three.map(FormatColumn.field))
    #expect(format.origin == .option)
    #expect(format.header == "version srcaddr start")
    #expect(format.opaqueNames.isEmpty)
  }

  @Test(
    "is refused when a name is unknown or stands twice, or none is there",
    arguments: [
      "", "   ", ",", "${}", "nonsense", "version nonsense", "${version} ${source-adress}",
      "srcaddr srcaddr", "srcaddr srcAddr", "start startTime", "version, srcaddr, ${version}",
    ]
  )
  func refused(_ text: String) {
    #expect(RecordFormat(logFormat: text) == nil)
  }

  @Test("made of a header keeps names that Weir does not know")
  func opaque() {
    let format = RecordFormat(names: "version my-field  srcaddr", origin: .header)
    #expect(format.columns == [.field(.version), .opaque("my-field"), .field(.sourceAddress)])
    #expect(format.opaqueNames == ["my-field"])
    #expect(format.header == "version my-field srcaddr")
    #expect(format.contains(.sourceAddress))
    #expect(!format.contains(.destinationAddress))
  }

  @Test("of version 2 has the fourteen fields in their order")
  func standard() {
    let fields: [FieldName] = [
      .version, .accountId, .interfaceId, .sourceAddress, .destinationAddress, .sourcePort,
      .destinationPort, .protocolNumber, .packets, .bytes, .start, .end, .action, .logStatus,
    ]
    #expect(RecordFormat.standard.columns == fields.map(FormatColumn.field))
    #expect(RecordFormat.standard.origin == .defaultFormat)
  }

  @Test("that is tried by content names known fields once each, and is unlike the others")
  func presets() {
    let all = [RecordFormat.standard] + RecordFormat.presets
    #expect(RecordFormat.presets.count == 14)
    #expect(Set(all.map(\.columns)).count == all.count)
    for format in all {
      #expect(format.opaqueNames.isEmpty, "\(format.header)")
      #expect(Set(format.columns).count == format.columns.count, "\(format.header)")
      #expect(RecordFormat(logFormat: format.header)?.columns == format.columns)
    }
    #expect(RecordFormat.presets.allSatisfy { $0.origin == .inferred })
  }
}

@Suite("A field name")
struct FieldNameTests {
  @Test("is one of 54 of VPC and 18 of transit gateway flow logs")
  func count() {
    let gateway = FieldName.allCases.filter {
      $0.rawValue.hasPrefix("tgw-") || $0.rawValue.hasPrefix("packets-lost-") || $0 == .resourceType
    }
    #expect(FieldName.allCases.count == 72)
    #expect(gateway.count == 18)
  }

  @Test("is found in every spelling, each field by its own", arguments: FieldName.allCases)
  func spellings(_ field: FieldName) throws {
    let name = field.rawValue
    let parts = name.split(separator: "-").map(String.init)
    let camel = parts[0] + parts.dropFirst().map(\.capitalized).joined()
    for text in [name, "${\(name)}", name.uppercased(), parts.joined(separator: "_"), camel] {
      #expect(FieldName(anySpelling: text) == field, "\(text)")
    }
  }

  @Test(
    "of a time has the names that Athena tables give it",
    arguments: [
      ("starttime", FieldName.start), ("startTime", .start), ("start_date", .start),
      ("endtime", .end), ("END_TIME", .end), ("endDate", .end), ("sourceAddress", .sourceAddress),
      ("dest_ip", .destinationAddress), ("numbytes", .bytes), ("eni", .interfaceId),
    ]
  )
  func aliases(_ text: String, _ field: FieldName) {
    #expect(FieldName(anySpelling: text) == field)
  }

  @Test(
    "is not found in what is none",
    arguments: ["", "-", "${}", "srcs", "versions", "tcp flag"]
  )
  func unknown(_ text: String) {
    #expect(FieldName(anySpelling: text) == nil)
  }
}

extension String {
  /// The word with its first letter as a capital one.
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
