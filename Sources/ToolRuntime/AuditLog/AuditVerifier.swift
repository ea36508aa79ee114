internal import Digest
internal import JSON

/// Something about a log that is not as it was written.
package struct AuditFinding: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A record is not the one whose hash the next record, the head or the anchor holds.
        case changed
        case missing
        case reordered
        /// A line that is no record, and that no notice explains.
        case unreadable
        case truncated
        case head
    }

    package let kind: Kind
    /// `000001.jsonl`; nil where the folder itself is meant.
    package let file: String?
    package let line: Int?
    package let message: String
}

/// What is known of a log when all of it was read.
package struct AuditReport: Sendable, Equatable {
    package var findings: [AuditFinding] = []
    /// What happened and was healed, or does not count against the log.
    package var remarks: [AuditFinding] = []
    package var files = 0
    package var records = 0
    package var end = AuditEnd.beginning

    package var isIntact: Bool { findings.isEmpty }

    /// A log that was overwritten as a whole has as many faults as lines; nobody reads them all.
    static let findingsMax = 1000
}

extension AuditReport {
    /// Lines alone, as if the head were at the last of their records.
    package init(checking lines: [AuditLine]) {
        var end: AuditEnd?
        for line in lines {
            if let record = AuditRecord.read(line.bytes) {
                end = AuditEnd(sequence: record.link.sequence, hash: SHA256(of: line.bytes))
            }
        }
        var verifier = AuditVerifier(head: end.map { .end($0) } ?? .missing)
        for line in lines { verifier.take(line) }
        self = verifier.finish()
    }
}

/// Follows the chain line by line. No I/O: it is given lines, then told what the head says.
struct AuditVerifier {
    private(set) var report = AuditReport()
    private let anchor: AuditEnd?
    private var anchorWasSeen = false
    private let head: AuditHead.Found
    private var headHashWasSeen = false
    /// The line that the next record must hold the hash of, and its place.
    private var last: AuditLine?
    private var lastFile = 0
    /// A line that is no record; a notice right behind it may explain it.
    private var unexplained: AuditLine?

    init(head: AuditHead.Found, anchor: AuditEnd? = nil) {
        self.head = head
        self.anchor = anchor
    }

    mutating func take(_ line: AuditLine) {
        if line.fileNumber != lastFile { begin(line.fileNumber) }
        guard !line.isTooLong, let record = AuditRecord.read(line.bytes) else {
            settleUnexplained()
            unexplained = line
            return
        }
        explain(record.object)
        settleUnexplained()
        follow(line, record.link, record.object)
    }

    private mutating func begin(_ number: Int) {
        settleUnexplained()
        report.files += 1
        if number != lastFile + 1 {
            let first = AuditFolder.fileName(lastFile + 1)
            let names = number == lastFile + 2 ? first : "\(first) to \(AuditFolder.fileName(number - 1))"
            add(.missing, nil, "\(names) not there", file: AuditFolder.fileName(lastFile + 1))
        }
        lastFile = number
    }

    private mutating func follow(_ line: AuditLine, _ link: AuditLink, _ object: JSONObject) {
        report.records += 1
        let hash = SHA256(of: line.bytes)
        let expected = report.end.sequence + 1
        if link.sequence == expected {
            if link.previous != report.end.hash { brokenBefore(line, link) }
        } else if link.sequence > expected {
            let missing =
                expected == link.sequence - 1
                ? "record \(expected) is" : "records \(expected) to \(link.sequence - 1) are"
            add(.missing, line, "\(missing) missing before record \(link.sequence)")
        } else {
            add(.reordered, line, "record \(link.sequence) stands behind record \(report.end.sequence)")
        }
        if !line.isWhole {
            remark(.unreadable, line, "the last line has no end: it is being written, or its writer died")
        }
        noteNotice(line, link, object)
        check(line, AuditEnd(sequence: link.sequence, hash: hash))
        report.end = AuditEnd(sequence: link.sequence, hash: hash)
        last = line
    }

    private mutating func brokenBefore(_ line: AuditLine, _ link: AuditLink) {
        guard let last else { return add(.changed, line, "the first record does not begin a chain") }
        add(
            .changed, last,
            "record \(report.end.sequence) was changed: record \(link.sequence) holds another hash of it")
    }

    private mutating func noteNotice(_ line: AuditLine, _ link: AuditLink, _ object: JSONObject) {
        guard link.kind == .notice, let name = object[AuditNotice.key]?.string else { return }
        switch AuditNotice(rawValue: name) {
        case .tornLine: remark(.unreadable, line, "a line was torn when its writer died; the log went on behind it")
        // The gap that they tell of is a finding of its own: the chain shows it.
        case .recordsMissing, .recordChanged, .lineUnreadable: break
        case .headMissing, .headUnreadable:
            add(
                .head, line,
                "the file `head` was gone or no head when this record was written, so the log may have been cut off before it"
            )
        case nil: remark(.head, line, "a notice that this version does not know")
        }
    }

    private mutating func check(_ line: AuditLine, _ end: AuditEnd) {
        if let anchor, anchor.sequence == end.sequence {
            anchorWasSeen = true
            if anchor.hash != end.hash { add(.changed, line, "record \(end.sequence) is not the one of the anchor") }
        }
        if case .end(let head) = head, head.sequence == end.sequence {
            headHashWasSeen = true
            if head.hash != end.hash {
                add(.changed, line, "record \(end.sequence) was changed: the file `head` holds another hash of it")
            }
        }
    }

    /// A torn line that a notice owns up to, by its hash.
    private mutating func explain(_ object: JSONObject) {
        guard let line = unexplained, object[AuditNotice.key]?.string == AuditNotice.tornLine.rawValue,
            object["torn_digest"]?.string == "sha256:\(SHA256(of: line.bytes))"
        else { return }
        unexplained = nil
    }

    private mutating func settleUnexplained() {
        guard let line = unexplained else { return }
        unexplained = nil
        add(.unreadable, line, "the line is no record")
    }

    mutating func finish() -> AuditReport {
        if let line = unexplained, !line.isWhole {
            unexplained = nil
            remark(.unreadable, line, "the last line has no end: it is being written, or its writer died")
        }
        settleUnexplained()
        let end = report.end.sequence
        switch head {
        case .end(let head) where head.sequence > end:
            let missing =
                head.sequence == end + 1 ? "record \(head.sequence) is" : "records \(end + 1) to \(head.sequence) are"
            add(.truncated, last, "\(missing) missing at the end: the file `head` knows of them")
        case .end(let head):
            if !headHashWasSeen {
                add(.head, nil, "the log has no record \(head.sequence), at which the file `head` is")
            }
            if head.sequence < end {
                remark(
                    .head, nil,
                    "the file `head` is at record \(head.sequence); it is behind when a writer died just then")
            }
        case .missing where end > 0:
            add(.head, nil, "the file `head` is missing: whether records are missing at the end cannot be told")
        case .unreadable:
            add(.head, nil, "the file `head` makes no sense: whether records are missing at the end cannot be told")
        case .missing: break
        }
        if let anchor, !anchorWasSeen { add(.truncated, last, "record \(anchor.sequence), the anchor, is not there") }
        return report
    }

    private mutating func add(_ kind: AuditFinding.Kind, _ line: AuditLine?, _ message: String, file: String? = nil) {
        if report.findings.count >= AuditReport.findingsMax { return }
        report.findings.append(finding(kind, line, message, file))
    }

    private mutating func remark(_ kind: AuditFinding.Kind, _ line: AuditLine, _ message: String) {
        remark(kind, Optional(line), message)
    }

    private mutating func remark(_ kind: AuditFinding.Kind, _ line: AuditLine?, _ message: String) {
        if report.remarks.count >= AuditReport.findingsMax { return }
        report.remarks.append(finding(kind, line, message, nil))
    }

    private func finding(
        _ kind: AuditFinding.Kind, _ line: AuditLine?, _ message: String, _ file: String?
    ) -> AuditFinding {
        AuditFinding(
            kind: kind, file: file ?? line.map { AuditFolder.fileName($0.fileNumber) }, line: line?.number,
            message: message)
    }
}
