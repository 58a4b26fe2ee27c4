package import FlowModel

/// The conversations of other hosts with one service of an internal address.
///
/// Recorded for services that external sources try or that floods target. With a history, all answered services are
/// recorded.
package struct ServedEndpoint: Sendable {
  /// The traffic of one hour, by the time of each source's first attempt.
  package struct Hour: Sendable, Equatable {
    /// Hours since 1970.
    package var hour: UInt32 = 0
    /// External sources with their first attempt.
    package var sources: UInt64 = 0
    /// Answered ones among them.
    package var answered: UInt64 = 0
    /// Packets of these sources.
    package var packets: UInt64 = 0
    /// Bytes of these sources.
    package var bytes: UInt64 = 0
    /// Response bytes.
    package var replyBytes: UInt64 = 0
  }

  /// The internal address.
  package var address: IPAddress
  /// The service of the endpoint.
  package var service: Service
  /// External sources with attempts.
  package var triedOutside: UInt64 = 0
  /// Answered external sources.
  package var answeredOutside: UInt64 = 0
  /// Answered internal sources.
  package var answeredInside: UInt64 = 0
  /// External sources with a conversation of eight packets or more.
  package var sessionsOutside: UInt64 = 0
  /// Internal sources with a conversation of eight packets or more.
  package var sessionsInside: UInt64 = 0
  /// Bytes of the external sources.
  package var bytes: UInt64 = 0
  /// Packets that the host sent.
  package var packets: UInt64 = 0
  /// Response bytes.
  package var replyBytes: UInt64 = 0
  /// Earliest record, Unix seconds.
  package var first = UInt32.max
  /// Latest record, Unix seconds.
  package var last: UInt32 = 0
  /// The slices of the log in which the conversations were active (`LogSlices`).
  package var activity: UInt64 = 0
  /// One answered external source, the one with the smallest address; nil without any.
  package var sample: IPAddress?
  /// One answered internal source, the one with the smallest address; nil without any.
  package var insideSample: IPAddress?
  /// Among the hours with fewer than half of the new external sources answered, the one with the most new sources.
  package var busiest = Hour()
  /// Among the hours with less than a twentieth of the bytes in responses, the one with the most packets.
  package var heaviest = Hour()

  init(address: IPAddress, service: Service) {
    self.address = address
    self.service = service
  }
}
