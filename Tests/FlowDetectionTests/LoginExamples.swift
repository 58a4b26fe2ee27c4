import FlowModel

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

extension Example {
  /// 2026-01-05T10:00:00Z, the start of the attacks in these tests.
  static let start: UInt32 = 1_767_607_200

  /// A network whose log ends so many seconds after the start of the attacks.
  static func network(logSeconds: UInt32) -> NetworkContext {
    var network = Example.network(own: 20)
    (network.logStart, network.logEnd) = (start, start + logSeconds)
    return network
  }
}

extension LoginShape {
  /// A refused password, as one tool sends it.
  static let refused = LoginShape(
    clientPackets: 14,
    clientBytes: 1986,
    serverPackets: 13,
    serverBytes: 2410
  )

  /// So much larger than a refused password; each packet more brings back 170 bytes if nothing else is said.
  static func refused(plus packets: UInt32, bytes: UInt32) -> LoginShape {
    var shape = refused
    shape.clientPackets += packets
    shape.clientBytes += packets * 100
    shape.serverPackets += packets
    shape.serverBytes += bytes
    return shape
  }
}

extension LoginAttempts {
  /// Attempts every minute, all of one shape unless fewer are `alike`.
  static func tries(
    _ count: UInt32,
    alike: UInt32? = nil,
    chained: UInt32? = nil,
    inOneMinute: UInt32 = 1,
    shape: LoginShape = .refused,
    from start: UInt32 = Example.start,
    pause: UInt32 = 60
  ) -> LoginAttempts {
    var tries = LoginAttempts()
    tries.attempts = count
    (tries.ofMode, tries.flat) = (alike ?? count, alike ?? count)
    tries.chained = chained ?? count
    tries.inOneMinute = inOneMinute
    tries.medianGap = pause
    (tries.mode, tries.first, tries.firstStart) = (shape, start, start)
    tries.lastStart = start + (count - 1) * pause
    tries.last = tries.lastStart + 20
    tries.bytes = UInt64(count) * UInt64(shape.clientBytes + shape.serverBytes)
    tries.packets = UInt64(count) * UInt64(shape.clientPackets + shape.serverPackets)
    return tries
  }

  /// These attempts with a conversation that stands out.
  func with(_ candidate: LoginCandidate, isOutlier: Bool = true) -> LoginAttempts {
    var tries = self
    tries.offer(candidate)
    if !tries.longest.exists || LoginCandidate.isLonger(candidate, tries.longest) {
      tries.longest = candidate
    }
    if isOutlier { tries.outliers += 1 }
    return tries
  }
}

extension LoginCandidate {
  /// A conversation that starts so many seconds after the attack.
  init(
    _ shape: LoginShape,
    at second: UInt32 = 1800,
    lasting seconds: UInt32 = 20,
    attemptsBefore: UInt32 = 15,
    attemptsAfter: UInt32 = 0
  ) {
    self.init()
    self.shape = shape
    first = Example.start + second
    last = first + seconds
    self.attemptsBefore = attemptsBefore
    self.attemptsAfter = attemptsAfter
  }
}

extension LoginSource.Target {
  static func at(
    _ address: IPAddress,
    _ service: LoginService,
    port: UInt16? = nil,
    isInside: Bool = true,
    _ attempts: LoginAttempts
  ) -> LoginSource.Target {
    LoginSource.Target(
      address: address,
      port: port ?? service.ports[0],
      service: service,
      isInside: isInside,
      attempts: attempts
    )
  }

  /// These attempts at SSH of one local address.
  static func ssh(_ attempts: LoginAttempts) -> LoginSource.Target {
    .ssh(Example.own(1), attempts)
  }

  /// These attempts at SSH.
  static func ssh(
    _ address: IPAddress,
    port: UInt16 = 22,
    _ attempts: LoginAttempts
  ) -> LoginSource.Target {
    .at(address, .ssh, port: port, attempts)
  }
}

extension LoginSource {
  /// A source on the internet, unless it is internal.
  static func trying(
    _ targets: [LoginSource.Target],
    from address: IPAddress = Example.stranger(7),
    isInternal: Bool = false
  ) -> LoginSource {
    LoginSource(address: address, isInternal: isInternal, isOwn: isInternal, targets: targets)
  }

  /// A source on the internet with these attempts at SSH of one local address.
  static func bruteForce(
    _ attempts: LoginAttempts,
    from address: IPAddress = Example.stranger(7)
  ) -> LoginSource { .trying([.ssh(attempts)], from: address) }
}

extension Detector {
  /// What the detector finds in what these sources tried at login services.
  func found(
    logins: [LoginSource],
    _ network: NetworkContext = Example.network(logSeconds: 86_400)
  ) -> [Finding] {
    var observations = Observations()
    observations.logins = logins
    return found(in: observations, network)
  }
}
