package import FlowModel

/// What others began with one service of an own or internal address.
///
/// Told of services that strangers try or that floods aim at; of all others as well where a memory is kept and somebody
/// was answered.
package struct ServedEndpoint: Sendable {
  /// What came in one hour, by the time of each source's first try.
  package struct Hour: Sendable, Equatable {
    /// Hours since 1970.
    package var hour: UInt32 = 0
    /// Outside sources that tried for the first time.
    package var sources: UInt64 = 0
    /// Those among them that were answered.
    package var answered: UInt64 = 0
    /// Their packets.
    package var packets: UInt64 = 0
    /// Their bytes.
    package var bytes: UInt64 = 0
    /// What came back.
    package var replyBytes: UInt64 = 0
  }

  /// The own or internal address.
  package var address: IPAddress
  /// Its service.
  package var service: Service
  /// Outside sources that tried.
  package var triedOutside: UInt64 = 0
  /// Outside sources that were answered.
  package var answeredOutside: UInt64 = 0
  /// Inside sources that were answered.
  package var answeredInside: UInt64 = 0
  /// Outside sources with a conversation of eight packets or more.
  package var sessionsOutside: UInt64 = 0
  /// Inside sources with a conversation of eight packets or more.
  package var sessionsInside: UInt64 = 0
  /// What the outside sources sent.
  package var bytes: UInt64 = 0
  /// In so many packets.
  package var packets: UInt64 = 0
  /// What came back.
  package var replyBytes: UInt64 = 0
  /// Earliest record, Unix seconds.
  package var first = UInt32.max
  /// Latest record, Unix seconds.
  package var last: UInt32 = 0
  /// The slices of the log that the conversations touch (`LogSlices`).
  package var activity: UInt64 = 0
  /// Some outside source that was answered, the one with the smallest address; nil without any.
  package var sample: IPAddress?
  /// Some inside source that was answered, the one with the smallest address; nil without any.
  package var insideSample: IPAddress?
  /// Of the hours in which fewer than half of the new outside sources were answered, the one with the most of them.
  package var busiest = Hour()
  /// Of the hours in which less than a twentieth of the bytes came back, the one with the most packets.
  package var heaviest = Hour()

  init(address: IPAddress, service: Service) {
    self.address = address
    self.service = service
  }
}
