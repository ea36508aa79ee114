package import LinuxSystem

extension HostFacts.JailAttempt {
    package init(_ attempt: HostProbe.Attempt, way: HostProbe.Way) {
        let reason =
            attempt.signal != 0
            ? "ended by signal \(attempt.signal), as a seccomp filter does that kills"
            : SystemError(call: "unshare", code: attempt.code).reason
        switch attempt.stage {
        case .done: self = .works(attempt.namespaces)
        case .map, .namespaces, .mount:
            self =
                way != .ownPrivileges && attempt.signal == 0
                ? .withoutCapabilities(reason: "\(attempt.stage.action): \(reason)")
                : .refused(stage: attempt.stage, reason: "\(attempt.stage.action): \(reason)")
        case .drop, .user: self = .refused(stage: attempt.stage, reason: "\(attempt.stage.action): \(reason)")
        }
    }
}

extension HostProbe.Attempt.Stage {
    package var action: String {
        switch self {
        case .drop: "becoming an ordinary user"
        case .user: "making a user namespace"
        case .map: "mapping a user into it"
        case .namespaces: "making a mount namespace"
        case .mount: "mounting a tmpfs"
        case .done: "all of it"
        }
    }
}
