internal import LinuxSystem

/// Why there is no jail, or no longer.
package enum ZygoteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The program could not be started.
    case notStarted(String)
    /// A step failed; `subject` is the path or name that it was about.
    case stepFailed(JailStep, code: Int32, subject: String)
    /// It said something that no zygote says, and was killed for it.
    case brokenProtocol(String)
    /// It ended, by itself or by somebody's hand.
    case ended(code: Int32)
    /// We ended it.
    case stopped

    /// The host gives no namespaces, or nothing can be done in them: a jail of rules alone may still be had.
    package var isForWantOfNamespaces: Bool {
        guard case .stepFailed(let step, let code, let subject) = self, code != SystemError.outOfMemory else {
            return false
        }
        // Root begins with a namespace in which users are mapped; what fails at a path later is the path's fault.
        if step == .exchangeOwners { return subject.isEmpty }
        return Self.stepsOfNamespaces.contains(step)
    }

    /// What a host that restricts namespaces refuses. Not building the view: what fails there is mostly a path.
    private static let stepsOfNamespaces: Set<JailStep> = [
        .enterNamespaces, .mapUser, .closeUserNamespaces, .nameHost, .separateMounts, .makeRoot, .mountProcesses,
        .pivot,
    ]

    package var description: String {
        switch self {
        case .notStarted(let reason): "the jail could not be started: \(reason)"
        case .stepFailed(.requireLayers, _, let subject):
            "the jail cannot be as strong as required here; missing: \(subject); see `sidecar doctor`"
        case .stepFailed(let step, let code, let subject):
            "no jail: \(step.action) failed\(subject.isEmpty ? "" : " at \(subject)"): "
                + SystemError(call: "", code: code).reason
                + (isForWantOfNamespaces ? "; `sidecar doctor` says what this host lacks, and what to do" : "")
        case .brokenProtocol(let reason): "the jail broke the protocol and was ended: \(reason)"
        case .ended(let code): "the jail ended with status \(code)"
        case .stopped: "the jail was stopped"
        }
    }
}
