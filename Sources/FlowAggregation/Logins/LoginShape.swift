/// The sizes of one conversation with a service that requires a login.
package struct LoginShape: BitwiseCopyable, Sendable, Hashable {
  /// Packets that the client sent.
  package var clientPackets: UInt32 = 0
  /// Bytes that the client sent, headers included.
  package var clientBytes: UInt32 = 0
  /// Packets that the server sent.
  package var serverPackets: UInt32 = 0
  /// Bytes that the server sent, headers included.
  package var serverBytes: UInt32 = 0

  /// A conversation without packets.
  package init() {}

  /// A conversation of the given sizes.
  package init(
    clientPackets: UInt32,
    clientBytes: UInt32,
    serverPackets: UInt32,
    serverBytes: UInt32
  ) {
    self.clientPackets = clientPackets
    self.clientBytes = clientBytes
    self.serverPackets = serverPackets
    self.serverBytes = serverBytes
  }

  /// The common properties of conversations of one tool with one server.
  ///
  /// Bytes count in steps of 64.
  var signature: Signature {
    Signature(
      clientPackets: clientPackets,
      clientSteps: clientBytes >> 6,
      serverPackets: serverPackets,
      serverSteps: serverBytes >> 6
    )
  }

  struct Signature: Hashable, Comparable {
    var clientPackets: UInt32
    var clientSteps: UInt32
    var serverPackets: UInt32
    var serverSteps: UInt32

    static func < (left: Self, right: Self) -> Bool {
      (left.clientPackets, left.clientSteps, left.serverPackets, left.serverSteps)
        < (right.clientPackets, right.clientSteps, right.serverPackets, right.serverSteps)
    }
  }

  /// Total order by sizes.
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    (left.clientPackets, left.clientBytes, left.serverPackets, left.serverBytes)
      < (right.clientPackets, right.clientBytes, right.serverPackets, right.serverBytes)
  }

  /// Whether it is an SSH login attempt, successful or not: a key exchange and at least one password response.
  ///
  /// The limits are based on measured failures and on conversations of real brute-force sources: 8 to 60 packets, at
  /// least 1,200 bytes from the client and 1,500 response bytes.
  package var isSSHAttempt: Bool {
    8...60 ~= clientPackets && serverBytes >= 1_500 && clientBytes >= 1_200
  }

  /// Whether it has more bytes than a failed login of any common client: a shell was opened, or files were transferred.
  package var isSSHSuccess: Bool {
    clientPackets >= 19 && serverBytes >= 3_700 && clientBytes >= 2_600 || isLarge
  }

  /// Whether it has more bytes than several failed logins on one connection.
  package var isClearSSHSuccess: Bool { clientPackets >= 19 && serverBytes >= 5_000 || isLarge }

  /// At least 20,000 bytes in one direction.
  package var isLarge: Bool { clientBytes >= 20_000 || serverBytes >= 20_000 }

  /// Whether it is within one packet and five percent of the client's bytes (`tolerance` in percent), so that it is the
  /// same exchange.
  func isLike(_ mode: LoginShape, tolerance: UInt64) -> Bool {
    let (more, less) = (
      max(clientPackets, mode.clientPackets), min(clientPackets, mode.clientPackets)
    )
    let difference =
      clientBytes > mode.clientBytes
      ? clientBytes - mode.clientBytes : mode.clientBytes - clientBytes
    return more - less <= 1 && UInt64(difference) * 100 <= UInt64(mode.clientBytes) * tolerance
  }

  /// Whether it has the size of two to eight usual attempts: a client that reused the same port within the log's
  /// windows.
  package func isSeveral(of mode: LoginShape) -> Bool {
    (2...8 as ClosedRange<UInt64>).contains { (count: UInt64) in
      let (packets, bytes) = (count * UInt64(mode.clientPackets), count * UInt64(mode.serverBytes))
      let (morePackets, moreBytes) = (
        max(packets, UInt64(clientPackets)) - min(packets, UInt64(clientPackets)),
        max(bytes, UInt64(serverBytes)) - min(bytes, UInt64(serverBytes))
      )
      return morePackets <= count && moreBytes * 40 <= bytes
    }
  }

  /// Whether it is larger than a failed login of the same client: at least four packets and 1,000 response bytes more,
  /// at least 150 response bytes and at most 250 client bytes per additional packet.
  ///
  /// The last conditions separate a shell from several passwords on one connection, and from a key exchange that was
  /// sent again.
  package func isOutlier(of mode: LoginShape) -> Bool {
    guard clientPackets >= mode.clientPackets &+ 4, serverBytes >= mode.serverBytes &+ 1_000,
      !isSeveral(of: mode)
    else { return false }
    let bytes = serverBytes - mode.serverBytes
    let packets = serverPackets > mode.serverPackets ? serverPackets - mode.serverPackets : 1
    let sent = clientBytes > mode.clientBytes ? clientBytes - mode.clientBytes : 0
    return UInt64(bytes) >= 150 * UInt64(packets)
      && UInt64(sent) <= 250 * UInt64(clientPackets - mode.clientPackets)
  }
}
