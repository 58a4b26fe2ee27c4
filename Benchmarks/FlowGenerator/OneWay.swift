/// The half of a conversation that one row shows.
struct OneWay {
  var source: Endpoint
  var destination: Endpoint
  var volume: Volume
  var opening: UInt8
  var closing: UInt8
}

extension Conversation {
  /// What the client sent.
  var request: OneWay {
    OneWay(
      source: client,
      destination: server,
      volume: toServer,
      opening: flags.clientOpening,
      closing: flags.clientClosing
    )
  }

  /// What the server sent.
  var reply: OneWay {
    OneWay(
      source: server,
      destination: client,
      volume: toClient,
      opening: flags.serverOpening,
      closing: flags.serverClosing
    )
  }
}
