internal import FlowModel

/// Counts the internal hosts that use relevant external services.
struct UserCounter<Address: FlowAddress> {
  private let watched: Set<OutsideService<Address>>
  private var hosts: [OutsideService<Address>: Int] = [:]
  private var activeHosts = 0
  private var seen: Set<OutsideService<Address>> = []
  private var isActive = false

  init(_ watched: Set<OutsideService<Address>>) { self.watched = watched }

  /// Adds an outbound host-service pair of the source.
  @inline(__always)
  mutating func note(_ row: HostServiceRow<Address>) {
    if row.touched &+ row.sessions > 0 { isActive = true }
    guard !watched.isEmpty else { return }
    let use = OutsideService(row)
    if watched.contains(use) { seen.insert(use) }
  }

  /// Ends the source.
  mutating func finishSource() {
    if isActive || !seen.isEmpty { activeHosts += 1 }
    for use in seen { hosts[use, default: 0] += 1 }
    seen.removeAll(keepingCapacity: true)
    isActive = false
  }

  /// The result.
  var prevalence: Prevalence {
    var prevalence = Prevalence()
    prevalence.activeHosts = activeHosts
    for (use, count) in hosts { prevalence.add(count, to: use.use) }
    return prevalence
  }
}
