import LinuxSystem
import Sandbox
import Testing

/// A policy in which a check finds something, and one that comes near and has nothing.
struct AuditCase: Sendable, CustomTestStringConvertible {
    let check: String
    let policy: String
    let near: String
    var severity: AuditSeverity?
    var others: [String: String] = [:]
    var machine: @Sendable (inout AuditMachine) -> Void = { _ in }
    var nearMachine: (@Sendable (inout AuditMachine) -> Void)?
    var request: @Sendable (inout AuditRequest) -> Void = { _ in }
    var nearRequest: (@Sendable (inout AuditRequest) -> Void)?

    var testDescription: String { "\(check): \(policy)" }

    init(_ check: String, _ policy: String, near: String, _ severity: AuditSeverity? = nil) {
        self.check = check
        self.policy = policy
        self.near = near
        self.severity = severity
    }

    /// The same policy, on two hosts or asked in two ways.
    init(_ check: String, _ policy: String, _ severity: AuditSeverity? = nil) {
        self.init(check, policy, near: policy, severity)
    }

    func on(_ change: @escaping @Sendable (inout AuditMachine) -> Void) -> AuditCase {
        var result = self
        result.machine = change
        if nearMachine == nil && near == policy { result.nearMachine = { _ in } }
        return result
    }

    func nearOn(_ change: @escaping @Sendable (inout AuditMachine) -> Void) -> AuditCase {
        var result = self
        result.nearMachine = change
        return result
    }

    func asked(_ change: @escaping @Sendable (inout AuditRequest) -> Void) -> AuditCase {
        var result = self
        result.request = change
        if nearRequest == nil && near == policy { result.nearRequest = { _ in } }
        return result
    }

    func nearAsked(_ change: @escaping @Sendable (inout AuditRequest) -> Void) -> AuditCase {
        var result = self
        result.nearRequest = change
        return result
    }

    func extending(_ name: String, _ text: String) -> AuditCase {
        var result = self
        result.others[name] = "version: 1\n" + text
        return result
    }

    /// A host without user namespaces, so without mounts.
    static let weakHost: @Sendable (inout AuditRequest) -> Void = { request in
        request.facts.userNamespace = .refused(stage: .user, reason: "x")
    }

    func report(near isNear: Bool) throws -> AuditReport {
        var machine = AuditMachine.usual
        var request = AuditLaboratory.request
        (isNear ? nearMachine ?? self.machine : self.machine)(&machine)
        (isNear ? nearRequest ?? self.request : self.request)(&request)
        return try AuditLaboratory.audit(isNear ? near : policy, others: others, machine, request)
    }
}
