internal import FlowAggregation
internal import FlowDetection
internal import FlowFindings
internal import FlowModel

/// Names the interface behind each target, where one has the address as its own.
struct TargetInterfaces {
  private(set) var interfaces: [IPAddress: String] = [:]

  init(_ own: LocalAddresses, _ names: [String]) {
    for (number, name) in names.enumerated() where number < own.v4.count {
      for address in [own.v4[number], own.v6[number]] where address != RecordBatch.unspecified {
        // Two interfaces may share an address; the smaller name is shown in every run.
        interfaces[address] = min(interfaces[address] ?? name, name)
      }
    }
  }

  func fill(in findings: inout [Finding]) {
    for index in findings.indices {
      for place in findings[index].targets.sample.indices {
        let address = findings[index].targets.sample[place].address
        findings[index].targets.sample[place].interface = interfaces[address]
      }
    }
  }
}
