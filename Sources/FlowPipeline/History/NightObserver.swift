internal import FlowAggregation
internal import FlowDetection

/// Shows what was observed to the detectors, and to the learner where a memory is kept.
struct NightObserver: ObservationConsumer {
  var detectors: Detectors
  var learner: Learner?

  init(_ network: NetworkContext, learns: Bool) {
    detectors = Detectors(network)
    learner = learns ? Learner(network) : nil
  }

  mutating func observe(_ observations: Observations) {
    detectors.observe(observations)
    learner?.observe(observations)
  }

  mutating func merge(_ other: NightObserver) {
    detectors.merge(other.detectors)
    if let others = other.learner { learner?.merge(others) }
  }
}
