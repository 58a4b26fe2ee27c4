internal import FlowAggregation
internal import FlowDetection

/// Shows what was observed to the detectors, and to the learner where a history is kept.
struct BaselineObserver: ObservationConsumer {
  var detectors: Detectors
  var recorder: BaselineRecorder?

  init(_ network: NetworkContext, learns: Bool) {
    detectors = Detectors(network)
    recorder = learns ? BaselineRecorder(network) : nil
  }

  mutating func observe(_ observations: Observations) {
    detectors.observe(observations)
    recorder?.observe(observations)
  }

  mutating func merge(_ other: BaselineObserver) {
    detectors.merge(other.detectors)
    if let others = other.recorder { recorder?.merge(others) }
  }
}
