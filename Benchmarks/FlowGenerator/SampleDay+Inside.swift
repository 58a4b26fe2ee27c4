extension SampleDay {
  private static let requestCount = 4_500
  private static let cacheShare = 3
  private static let poolLifetime = 7_200
  private static let poolSize = 2

  /// Web servers asking the applications, which ask the database and the cache.
  mutating func addInsideTraffic() {
    for _ in 0..<Self.requestCount { addRequest() }
    for app in network.all(.app) { addDatabasePool(app) }
  }

  /// A request from a web server to an application, often with a look into the cache.
  private mutating func addRequest() {
    let (web, app) = (random.pick(network.all(.web)), random.pick(network.all(.app)))
    let second = busySecond()
    let size = random.mostlySmall(800...60_000)
    record(
      Conversation(
        client: web.port(random.ephemeralPort()),
        server: app.port(8_080),
        start: second,
        duration: random.mostlySmall(0...40),
        toServer: Volume(packets: 7 + size / 4_000, bytes: 1_100 + size / 40),
        toClient: Volume(packets: 6 + size / 1_400, bytes: 700 + size)
      )
    )
    guard random.happens(1, in: Self.cacheShare) else { return }
    record(
      Conversation(
        client: app.port(random.ephemeralPort()),
        server: first(.cache).port(6_379),
        start: second,
        toServer: Volume(packets: 6, bytes: 402),
        toClient: Volume(packets: 5, bytes: 900 + size / 9)
      )
    )
  }

  /// Connections that an application keeps open to the database, each replaced after two hours.
  private mutating func addDatabasePool(_ app: NetworkInterface) {
    for slot in 0..<Self.poolSize {
      var second = GeneratedDay.start + slot * Self.poolLifetime / Self.poolSize
      while second < GeneratedDay.span.upperBound {
        let packets = random.within(3_000...9_000)
        record(
          Conversation(
            client: app.port(random.ephemeralPort()),
            server: first(.database).port(5_432),
            start: second,
            duration: Self.poolLifetime - 1,
            toServer: Volume(packets: packets, each: random.within(130...210)),
            toClient: Volume(packets: packets - packets / 8, each: random.within(400...900))
          )
        )
        second += Self.poolLifetime
      }
    }
  }
}
