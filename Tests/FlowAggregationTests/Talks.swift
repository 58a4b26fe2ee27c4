import FlowModel

@testable import FlowAggregation
@testable import FlowFindings

/// A time well after the log's start.
let noon: UInt32 = 1_767_607_200

extension SampleRecord {
  /// Web traffic long before noon: interface 1 has the local address 10.0.0.1, and interface 2 10.0.0.2.
  static let background: [SampleRecord] = [1, 2].flatMap { interface in
    [200, 201].flatMap { peer in
      conversation(
        "192.0.2.\(peer)",
        "10.0.0.\(interface)",
        from: 45_000,
        to: 443,
        .greeting,
        at: noon - 20_000,
        interface: UInt32(interface)
      )
    }
  }

  /// A conversation in which both sides sent so much: one record each way.
  static func conversation(
    _ client: String,
    _ server: String = "10.0.0.1",
    from clientPort: UInt16,
    to port: UInt16 = 22,
    _ shape: LoginShape,
    at start: UInt32 = noon,
    lasting duration: UInt32 = 20,
    interface: UInt32 = 1
  ) -> [SampleRecord] {
    [
      SampleRecord(
        source: client,
        destination: server,
        sourcePort: clientPort,
        port: port,
        packets: UInt64(shape.clientPackets),
        bytes: UInt64(shape.clientBytes),
        start: start,
        duration: duration,
        action: .accept,
        interface: interface
      ),
      SampleRecord(
        source: server,
        destination: client,
        sourcePort: port,
        port: clientPort,
        packets: UInt64(shape.serverPackets),
        bytes: UInt64(shape.serverBytes),
        start: start,
        duration: duration,
        action: .accept,
        interface: interface
      ),
    ]
  }

  /// An unanswered packet, rejected by default.
  static func knock(
    _ client: String,
    _ server: String = "10.0.0.1",
    from clientPort: UInt16 = 52_000,
    to port: UInt16,
    at start: UInt32 = noon,
    action: FlowAction = .reject,
    interface: UInt32 = 1
  ) -> SampleRecord {
    SampleRecord(
      source: client,
      destination: server,
      sourcePort: clientPort,
      port: port,
      start: start,
      action: action,
      interface: interface
    )
  }
}

extension LoginShape {
  /// A refused password at SSH.
  static let refused = LoginShape(
    clientPackets: 14,
    clientBytes: 1986,
    serverPackets: 13,
    serverBytes: 2410
  )
  /// A greeting and no more.
  static let greeting = LoginShape(
    clientPackets: 4,
    clientBytes: 240,
    serverPackets: 3,
    serverBytes: 200
  )
  /// A shell.
  static let shell = LoginShape(
    clientPackets: 80,
    clientBytes: 9000,
    serverPackets: 70,
    serverBytes: 40_000
  )
}
