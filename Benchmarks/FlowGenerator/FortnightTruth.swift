internal import FlowModel

/// A finding that the report of a day should show.
struct FortnightFinding {
  var day: Int
  var rule: String
  /// The internal host, or the external source where no internal host acts.
  var actor: String
  /// An address, a network or an interface.
  var target: String
  var note: String
}

/// What was planted, as a table.
enum FortnightTruth {
  private static let header = ["day", "rule", "actor", "target", "note"]

  /// Everything that a report should show, by day and rule.
  static func findings(_ network: FortnightNetwork) -> [FortnightFinding] {
    let cast = FortnightCast(network)
    let findings =
      outside(cast) + inside(cast, network) + FortnightCast.idleDays.map { idle(network, on: $0) }
    return findings.sorted { ($0.day, $0.rule, $0.target) < ($1.day, $1.rule, $1.target) }
  }

  /// The findings as tab-separated lines below a header.
  static func table(_ findings: [FortnightFinding]) -> String {
    let rows = findings.map { [String($0.day), $0.rule, $0.actor, $0.target, $0.note] }
    return ([header] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  private static func outside(_ cast: FortnightCast) -> [FortnightFinding] {
    let beacon = FortnightCast.beaconDays.map {
      FortnightFinding(
        day: $0,
        rule: "beacon",
        actor: cast.beaconHost.address.description,
        target: FortnightCast.beaconNetwork.address().description,
        note: "tcp/443 every 300 s +-20 %, around the clock"
      )
    }
    let exfiltration = FortnightCast.exfiltrationDays.map {
      FortnightFinding(
        day: $0,
        rule: "exfil.volume",
        actor: cast.exfiltratingHost.address.description,
        target: FortnightCast.exfiltrationNetwork.address().description,
        note: "60 MB an hour all day over tcp/443, little back"
      )
    }
    return beacon + exfiltration + newNetworks(cast) + [volume(cast), port(cast)]
  }

  /// One for each network that somebody begins to use, on the first day alone.
  private static func newNetworks(_ cast: FortnightCast) -> [FortnightFinding] {
    func finding(
      _ day: Int,
      _ host: NetworkInterface,
      _ network: OutsideNetwork,
      _ note: String
    ) -> FortnightFinding {
      FortnightFinding(
        day: day,
        rule: "new.external",
        actor: host.address.description,
        target: network.description,
        note: note
      )
    }
    return [
      finding(
        FortnightCast.beaconDays.lowerBound,
        cast.beaconHost,
        FortnightCast.beaconNetwork,
        "the beacon's first day"
      ),
      finding(
        FortnightCast.exfiltrationDays.lowerBound,
        cast.exfiltratingHost,
        FortnightCast.exfiltrationNetwork,
        "the exfiltration's first day"
      ),
      finding(
        FortnightCast.newcomerDays.lowerBound,
        cast.newcomersFriend,
        FortnightCast.newProvider,
        "harmless: a new provider, 20 MB a day from now on"
      ),
    ]
  }

  private static func volume(_ cast: FortnightCast) -> FortnightFinding {
    FortnightFinding(
      day: FortnightCast.volumeDay,
      rule: "volume.unusual",
      actor: cast.volumeHost.address.description,
      target: Outside.storage[0].description,
      note:
        "300 MB between 03:00 and 04:00, twenty times the usual, with a network it uses every day"
    )
  }

  private static func port(_ cast: FortnightCast) -> FortnightFinding {
    FortnightFinding(
      day: FortnightCast.unusualPortDay,
      rule: "port.unusual",
      actor: cast.unusualPortHost.address.description,
      target: cast.unusualPortNetwork.address().description,
      note: "tcp/4444, a remote port that nobody uses, in a network it uses every day"
    )
  }

  private static func inside(
    _ cast: FortnightCast,
    _ network: FortnightNetwork
  ) -> [FortnightFinding] {
    [
      FortnightFinding(
        day: FortnightCast.visitorDay,
        rule: "admin.new-source",
        actor: FortnightCast.visitorNetwork.address().description,
        target: network.bastion.address.description,
        note: "SSH for 40 minutes and several MB from a /24 never seen"
      ),
      FortnightFinding(
        day: FortnightCast.edgeDay,
        rule: "lateral.new-admin-edge",
        actor: cast.edgeClient.address.description,
        target: cast.edgeServer.address.description,
        note: "the first SSH session between the two, 50 minutes, 200 kB"
      ),
      FortnightFinding(
        day: FortnightCast.serviceDays.lowerBound,
        rule: "new.service",
        actor: cast.serviceHost.address.description,
        target: FortnightCast.customerNetwork.description,
        note: "begins to answer on tcp/8088, to this network and to two hosts inside"
      ),
      FortnightFinding(
        day: FortnightCast.crossingDay,
        rule: "cross-vpc.unexpected",
        actor: cast.crossingClient.address.description,
        target: cast.crossingServer.address.description,
        note: "10.41.0.0/16 to 10.40.0.0/16 on tcp/9200 for the first time"
      ),
    ]
  }

  private static func idle(_ network: FortnightNetwork, on day: Int) -> FortnightFinding {
    FortnightFinding(
      day: day,
      rule: "eni.idle",
      actor: network.forgotten.address.description,
      target: network.forgotten.name,
      note: "NODATA and rejected probes alone since the first day"
    )
  }
}
