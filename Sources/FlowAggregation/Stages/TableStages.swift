/// The tables of the analysis, in the order in which they are read.
///
/// A stage can use the results of the earlier ones and fill the tables of the later ones.
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
