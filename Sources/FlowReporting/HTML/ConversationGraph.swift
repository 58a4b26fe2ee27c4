internal import FlowFindings
internal import FlowModel

/// Sources and targets of the findings: outside actors left, internal hosts in the middle, what internal hosts went for
/// on the right.
///
/// So a break-in reads from left to right: who got in where, and what was attacked from there.
struct ConversationGraph {
  /// Where a node stands.
  enum Side: Int, CaseIterable, Comparable {
    case actor, own, reached

    static func < (left: Side, right: Side) -> Bool { left.rawValue < right.rawValue }
  }

  /// An actor, an internal host, or several addresses that one finding is about.
  struct Node: Equatable {
    var side: Side
    var label: String
    /// The worst finding about it.
    var severity: Severity
    /// What it is about, in short.
    var note: String
  }

  /// The findings from one node to another.
  struct Edge: Equatable {
    var from: Int
    var to: Int
    var severity: Severity
    var titles: [String]
    /// The number of the first finding's card; nil where it has none of its own.
    var card: Int?
  }

  static let mostOnASide = 30
  private static let mostEdges = 120
  /// So many findings are drawn in any case, low ones too.
  private static let fewFindings = 12
  private static let mostFindings = 400

  private(set) var nodes: [Node] = []
  private(set) var edges: [Edge] = []
  /// Nodes that did not fit, by side.
  private(set) var hidden = [Int](repeating: 0, count: Side.allCases.count)
  /// Findings that are not drawn.
  private(set) var undrawn = 0

  private let facts: AddressFacts
  private var places: [Key: Int] = [:]
  private var refused: Set<Key> = []
  private var edgePlaces: [[Int]: Int] = [:]

  /// What makes two nodes the same one.
  private struct Key: Hashable {
    var side: Side
    var actor: Actor?
    var group: [IPAddress] = []
    var count: UInt64 = 1
  }

  /// nil when no finding has two sides.
  init?(_ report: Report, _ facts: AddressFacts, cards: [String: Int]) {
    self.facts = facts
    let words = FindingPhrases(facts)
    let twoSided = report.findings.filter { !words.isAlone($0) }
    let serious = twoSided.prefix { $0.severity >= .medium }.count
    let drawn = twoSided.prefix(min(Self.mostFindings, max(serious, Self.fewFindings)))
    undrawn = twoSided.count - drawn.count
    let known = Set(drawn.map(\.id))
    for finding in drawn {
      // The parts of a chain are drawn; the chain itself says how much its host matters.
      let isChain = finding.joins.contains(where: known.contains)
      add(finding, report, cards[finding.id], isHostAlone: isChain)
    }
    guard !edges.isEmpty else { return nil }
  }

  // MARK: Gathering

  private mutating func add(
    _ finding: Finding,
    _ report: Report,
    _ card: Int?,
    isHostAlone: Bool
  ) {
    let isOwn = isOwn(finding, report)
    let side: Side = isOwn ? .own : .actor
    guard
      let from = place(
        Key(side: side, actor: finding.actor),
        actorLabel(finding),
        finding,
        note: TextFormat.cut(finding.title, 34)
      )
    else { return }
    guard !isHostAlone else { return }
    for target in targets(finding, side: isOwn ? .reached : .own) {
      guard let to = place(target.key, target.label, finding, note: target.note) else { continue }
      connect(from, to, finding, card)
    }
  }

  /// Whether the actor is one of the network's internal hosts.
  private func isOwn(_ finding: Finding, _ report: Report) -> Bool {
    guard finding.actorIsInternal else { return false }
    if case .address = finding.actor { return true }
    return false
  }

  private func actorLabel(_ finding: Finding) -> String {
    let label = facts.label(finding.actor, .name)
    guard let members = finding.members else { return label }
    if case .campaign = finding.actor { return TextFormat.plural(members.count, "source") }
    return "\(label) (\(TextFormat.grouped(members.count)))"
  }

  /// The single targets, or all of them as one node where the finding does not name each or there are many.
  private func targets(_ finding: Finding, side: Side) -> [(key: Key, label: String, note: String)]
  {
    let targets = finding.targets
    let addresses = Array(Set(targets.sample.map(\.address))).sorted()
    let service = finding.service.map { facts.names.name(of: $0) } ?? ""
    let note = TextFormat.cut(side == .own ? finding.title : service, 34)
    guard addresses.count <= 3, UInt64(addresses.count) >= targets.count else {
      let count = (targets.isExact ? "" : "~") + TextFormat.grouped(targets.count)
      let key = Key(side: side, group: addresses, count: targets.count)
      return [(key, "\(count) addresses", note)]
    }
    return addresses.map { (Key(side: side, actor: .address($0)), facts.label($0, .name), note) }
  }

  private mutating func place(_ key: Key, _ label: String, _ finding: Finding, note: String) -> Int?
  {
    if let place = places[key] {
      nodes[place].severity = max(nodes[place].severity, finding.severity)
      return place
    }
    guard !refused.contains(key) else { return nil }
    guard nodes.count(where: { $0.side == key.side }) < Self.mostOnASide else {
      refused.insert(key)
      hidden[key.side.rawValue] += 1
      return nil
    }
    places[key] = nodes.count
    nodes.append(Node(side: key.side, label: label, severity: finding.severity, note: note))
    return nodes.count - 1
  }

  private mutating func connect(_ from: Int, _ to: Int, _ finding: Finding, _ card: Int?) {
    if let place = edgePlaces[[from, to]] {
      edges[place].severity = max(edges[place].severity, finding.severity)
      if !edges[place].titles.contains(finding.title), edges[place].titles.count < 6 {
        edges[place].titles.append(finding.title)
      }
    } else if edges.count < Self.mostEdges {
      edgePlaces[[from, to]] = edges.count
      let titles = [finding.title]
      edges.append(Edge(from: from, to: to, severity: finding.severity, titles: titles, card: card))
    }
  }
}
