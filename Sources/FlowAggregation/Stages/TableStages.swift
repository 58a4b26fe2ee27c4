/// The tables of the analysis, in the order in which they are read.
///
/// A stage may use what the ones before it found, and fill the tables of the ones behind it.
enum TableStages<Address: FlowAddress> {
  @inline(__always) static var all: [AnyTableStage<Address>] {
    [
      AnyTableStage(PairStage()),
      AnyTableStage(FanInStage()),
      AnyTableStage(PendingStage()),
      AnyTableStage(SpeakingStage()),
      AnyTableStage(LoginStage()),
      AnyTableStage(ConnectionStage()),
      AnyTableStage(HourStage()),
      AnyTableStage(SourceStage()),
      AnyTableStage(ExposureStage()),
      AnyTableStage(ServedStage()),
      AnyTableStage(InvestigationStage()),
      AnyTableStage(InvestigationRestStage()),
    ]
  }
}
