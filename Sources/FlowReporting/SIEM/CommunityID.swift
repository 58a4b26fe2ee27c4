internal import FlowFindings
internal import FlowModel

/// The Community ID of a conversation, version 1, seed 0: what Zeek, Suricata and others write beside the same flow.
enum CommunityID {
  /// The id of a TCP or UDP conversation; nil for others, whose ids need what flow logs do not show.
  ///
  /// Both directions of a conversation have one id.
  static func of(
    _ source: IPAddress,
    _ sourcePort: UInt16,
    _ destination: IPAddress,
    _ destinationPort: UInt16,
    protocolNumber: UInt8
  ) -> String? {
    guard ProtocolNumber.hasPorts(protocolNumber), source.isV4 == destination.isV4 else {
      return nil
    }
    let isOrdered = (source, sourcePort) <= (destination, destinationPort)
    let (low, high) =
      isOrdered
      ? ((source, sourcePort), (destination, destinationPort))
      : ((destination, destinationPort), (source, sourcePort))
    var message: [UInt8] = [0, 0]
    message += bytes(low.0) + bytes(high.0) + [protocolNumber, 0]
    message += bytes(low.1) + bytes(high.1)
    return "1:\(Base64.text(SHA1.hash(message)))"
  }

  private static func bytes(_ address: IPAddress) -> [UInt8] {
    let all = bytes(address.bits)
    return address.isV4 ? Array(all.suffix(4)) : all
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    stride(from: number.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: number >> $0)
    }
  }
}

extension CommunityID {
  /// The id of a raw line's conversation; nil where the line lacks a part of it.
  static func of(_ record: EvidenceRecord) -> String? {
    guard let sourcePort = record.sourcePort, let destinationPort = record.destinationPort,
      let number = record.protocolNumber
    else { return nil }
    return of(
      record.source,
      sourcePort,
      record.destination,
      destinationPort,
      protocolNumber: number
    )
  }
}

/// SHA-1 (RFC 3174), which Community IDs ask for; nothing here rests on its strength.
enum SHA1 {
  static func hash(_ message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    let padded = padded(message)
    for start in stride(from: 0, to: padded.count, by: 64) {
      absorb(padded[start..<start + 64], &state)
    }
    return state.flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  /// The message, one bit, zeros, and the length in bits: whole blocks of 64 bytes.
  private static func padded(_ message: [UInt8]) -> [UInt8] {
    var padded = message + [0x80]
    while padded.count % 64 != 56 { padded.append(0) }
    let bits = UInt64(message.count) * 8
    return padded
      + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> UInt64($0)) }
  }

  private static func absorb(_ block: ArraySlice<UInt8>, _ state: inout [UInt32]) {
    var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { place in
      (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[place + $1]) }
    }
    for place in 16..<80 {
      words.append(
        rotated(words[place - 3] ^ words[place - 8] ^ words[place - 14] ^ words[place - 16], 1)
      )
    }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for (round, word) in words.enumerated() {
      let next = rotated(a, 5) &+ mixed(round, b, c, d) &+ e &+ word &+ constant(round)
      (a, b, c, d, e) = (next, a, rotated(b, 30), c, d)
    }
    for (place, value) in [a, b, c, d, e].enumerated() { state[place] &+= value }
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }

  private static func mixed(_ round: Int, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> UInt32 {
    switch round {
    case ..<20: b & c | ~b & d
    case 40..<60: b & c | b & d | c & d
    default: b ^ c ^ d
    }
  }

  private static func constant(_ round: Int) -> UInt32 {
    switch round {
    case ..<20: 0x5a82_7999
    case ..<40: 0x6ed9_eba1
    case ..<60: 0x8f1b_bcdc
    default: 0xca62_c1d6
    }
  }
}
