/// How much went one way.
struct Volume {
  static let none = Volume(packets: 0, bytes: 0)

  /// Packets.
  var packets: Int
  /// Bytes, IP headers included.
  var bytes: Int
}

extension Volume {
  /// The same, packet after packet.
  init(packets: Int, each size: Int) {
    self.init(packets: packets, bytes: packets * size)
  }

  /// Takes a part of the packets with their share of the bytes.
  mutating func take(_ count: Int) -> Volume {
    guard count < packets else {
      defer { self = .none }
      return self
    }
    let part = Volume(packets: count, bytes: bytes * count / packets)
    packets -= part.packets
    bytes -= part.bytes
    return part
  }
}
