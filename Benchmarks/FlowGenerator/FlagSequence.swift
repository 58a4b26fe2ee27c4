/// The TCP flags that a conversation's first and last record of each direction carry.
///
/// VPC logs report FIN 1, SYN 2, RST 4 and SYN with ACK 18; the records in between have 0.
struct FlagSequence {
  private static let finish: UInt8 = 1
  private static let synchronize: UInt8 = 2
  private static let reset: UInt8 = 4
  private static let synchronizeAcknowledge: UInt8 = 18

  /// UDP and ICMP, or a connection from before the log began.
  static let none = FlagSequence()
  /// Opened and closed in order.
  static let complete = FlagSequence(
    clientOpening: synchronize,
    clientClosing: finish,
    serverOpening: synchronizeAcknowledge,
    serverClosing: finish
  )
  /// Opened and reset by the client at once: what a SYN scanner does at an open port.
  static let halfOpen = FlagSequence(
    clientOpening: synchronize,
    clientClosing: reset,
    serverOpening: synchronizeAcknowledge
  )
  /// A connection attempt without an answer.
  static let attempt = FlagSequence(clientOpening: synchronize)
  /// A packet of a connection that the firewall has forgotten.
  static let late = FlagSequence(clientOpening: finish)
  /// The same, after an abort.
  static let lateReset = FlagSequence(clientOpening: reset)

  var clientOpening: UInt8 = 0
  var clientClosing: UInt8 = 0
  var serverOpening: UInt8 = 0
  var serverClosing: UInt8 = 0
}
