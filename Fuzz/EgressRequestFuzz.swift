// modules: HTTP Sandbox ToolRuntime
//
// Any bytes as a request to the proxy: no crash; what is understood has one host in its one form, which reads as itself
// again; a request is let through only for the names of the policy, whatever it looks like.

internal import HTTP
internal import Sandbox
internal import ToolRuntime

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    var parser = RequestHeadParser(bytesMax: 4096, form: .proxy)
    guard case .complete(let head, _) = parser.parse(bytes) else { return 0 }
    precondition(head.authority != nil && (head.method == "CONNECT") == head.target.isEmpty)
    precondition(head.target.isEmpty || head.target.utf8.first == 0x2F)
    guard let request = try? EgressRequest(head) else { return 0 }
    EgressRequestFuzz.check(request, head)
    return 0
}

private enum EgressRequestFuzz {
    static let policy: NetworkRules = {
        var rules = NetworkRules()
        for text in ["allowed.org:443", "*.allowed.org:80", "[2001:db8::1]:*", "192.0.2.1:443"] {
            guard let pattern = try? HostPattern.parse(text) else { preconditionFailure("\(text) is no pattern") }
            rules.allow.append(
                PolicyRule(pattern, name: text, place: RulePlace(file: "policy.yaml", line: 1, column: 1)))
        }
        return rules
    }()

    static func check(_ request: EgressRequest, _ head: RequestHead) {
        precondition(request.port > 0 && (request.kind == .tunnel) == (head.method == "CONNECT"))
        let text = request.host.description
        guard let again = try? HostName(text) else { preconditionFailure("\(text) does not read as itself") }
        precondition(again == request.host && again.description == text)
        let isPlain = text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || ".-_[]:".utf8.contains(byte)
        }
        precondition(isPlain, "a name with something in it: \(text)")
        guard EgressJudge(policy).allows(request) else { return }
        let isGranted =
            switch (text, request.port) {
            case ("allowed.org", 443), ("192.0.2.1", 443), ("[2001:db8:0:0:0:0:0:1]", _): true
            default: request.port == 80 && text.hasSuffix(".allowed.org")
            }
        precondition(isGranted, "\(request.target) was let through")
    }
}
