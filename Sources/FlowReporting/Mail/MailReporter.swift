package import FlowFindings
internal import Mustache

/// Who a mail is from and whom it goes to.
package struct MailEnvelope: Sendable, Equatable {
  /// The sender; nil leaves it to the program that sends the mail.
  package var from: MailAddress?
  /// The recipients.
  package var to: [MailAddress]

  /// Addresses a mail.
  package init(from: MailAddress?, to: [MailAddress]) {
    (self.from, self.to) = (from, to)
  }
}

/// The report as a whole mail, for `| sendmail -t`: the screen as text, and the same as a page.
///
/// Lines end as they do on Unix. There is neither a date nor a message id: sendmail adds both, and the same logs must
/// give the same mail.
package enum MailReporter {
  private static let textWidth = 78

  /// The mail, header and all.
  ///
  /// - Parameters:
  ///   - report: what was found out.
  ///   - envelope: who it is from and for.
  ///   - top: how many lines of findings are shown.
  ///   - showsSuppressed: whether the text lists what suppressions left out.
  /// - Returns: ASCII.
  package static func report(
    _ report: Report,
    _ envelope: MailEnvelope,
    top: Int? = nil,
    showsSuppressed: Bool = false
  ) -> [UInt8] {
    let verdict = Verdict(report)
    let subject = MailSubject.text(report)
    let page = MailPage(report, verdict, subject: subject, top: top)
    let parts = [
      part("text/plain", text(report, top: top, showsSuppressed: showsSuppressed)),
      part("text/html", template.render(page)),
    ]
    let boundary = boundary(parts)
    let header = header(envelope, subject, boundary)
    let body = parts.map { "--\(boundary)\n\($0)" }.joined()
    return Array("\(header)\n\(body)--\(boundary)--\n".utf8)
  }

  private static let template = StrictHTML.template(PackageResources.mail_mustache)

  private static func header(
    _ envelope: MailEnvelope,
    _ subject: String,
    _ boundary: String
  ) -> String {
    let from = envelope.from.map { ["From: \($0.header)"] } ?? []
    let to = envelope.to.isEmpty ? [] : [envelope.to.map(\.header).joined(separator: ",\n ")]
    let lines =
      from + to.map { "To: \($0)" } + [
        EncodedWords.field("Subject", subject), "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0", "Content-Type: multipart/alternative;\n boundary=\"\(boundary)\"",
      ]
    return lines.map { $0 + "\n" }.joined()
  }

  private static func part(_ type: String, _ text: String) -> String {
    """
    Content-Type: \(type); charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    \(QuotedPrintable.of(text))
    """
  }

  private static func text(_ report: Report, top: Int?, showsSuppressed: Bool) -> String {
    var style = TextStyle(
      width: textWidth,
      usesColor: false,
      top: top,
      showsSuppressed: showsSuppressed
    )
    style.isMail = true
    return String(decoding: TextReporter.report(report, style), as: UTF8.self)
  }

  /// A function of the parts; as a quoted-printable text never holds `=_`, no part can hold it.
  private static func boundary(_ parts: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for part in parts {
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    return "=_weir_" + String(hash, radix: 16)
  }
}
