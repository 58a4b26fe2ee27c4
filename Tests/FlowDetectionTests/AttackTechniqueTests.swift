import Testing

@testable import FlowDetection
@testable import FlowFindings

@Suite("Techniques of ATT&CK that rules name")
struct AttackTechniqueTests {
  @Test(
    "Every technique of every rule has a name and a tactic",
    arguments: RuleCatalog.rules.map(\.id)
  )
  func named(id: RuleID) throws {
    let page = try #require(RuleCatalog[id]).page
    #expect(!page.techniques.isEmpty)
    for technique in page.techniques {
      #expect(AttackTechnique[technique] != nil, "\(technique) of \(id)")
    }
  }

  @Test("Every row is used: by a rule, or as the parent of one that is")
  func used() {
    let named = Set(RuleCatalog.rules.flatMap(\.techniques))
    let parents = Set(named.compactMap { AttackTechnique[$0]?.parent.id })
    for technique in AttackTechnique.all where !named.contains(technique.id) {
      #expect(parents.contains(technique.id), "\(technique.id)")
    }
  }

  @Test("Ids are alone, and a part stands with its whole under one tactic")
  func whole() throws {
    let ids = AttackTechnique.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(ids == ids.sorted())
    for technique in AttackTechnique.all {
      #expect(technique.id.wholeMatch(of: /T[0-9]{4}(\.[0-9]{3})?/) != nil)
      #expect(!technique.parent.isSubtechnique)
      #expect(technique.parent.tactic == technique.tactic)
      #expect((technique.parent == technique) == !technique.isSubtechnique)
    }
  }

  @Test(
    "Some rows",
    arguments: [
      ("T1110.001", "Password Guessing", "T1110", "TA0006", "Credential Access"),
      ("T1046", "Network Service Discovery", "T1046", "TA0007", "Discovery"),
      ("T1595.001", "Scanning IP Blocks", "T1595", "TA0043", "Reconnaissance"),
      ("T1562.008", "Disable or Modify Cloud Logs", "T1562", "TA0005", "Defense Evasion"),
    ]
  )
  func rows(id: String, name: String, parent: String, tactic: String, tacticName: String) throws {
    let technique = try #require(AttackTechnique[id])
    #expect(technique.name == name)
    #expect(technique.parent.id == parent)
    #expect(technique.tactic.rawValue == tactic)
    #expect(technique.tactic.name == tacticName)
  }

  @Test("Others are unknown", arguments: ["", "T9999", "t1046", "T1046.001"])
  func unknown(id: String) { #expect(AttackTechnique[id] == nil) }
}
