internal import LinuxSystem

/// What the other side sent is not what it should be. The other side counts as hostile: after this it is not listened to.
package struct WireError: Error, Hashable, Sendable {
    package let reason: String
    package init(_ reason: String) { self.reason = reason }
}

/// How much of anything a message may hold. Each is beyond what a real plan or run needs, and small enough to allocate.
package enum WireLimits {
    package static let planBytes = 4 << 20
    package static let runBytes = 4 << 20
    package static let signalBytes = 64
    package static let answerBytes = 16 << 10
    package static let viewSteps = 16384
    package static let rules = 16384
    package static let freshFolders = 32
    /// A listener each, and all of them in one message.
    package static let ports = PacketSocket.descriptorsMax
    package static let fileBytes = 64 << 10
    /// PATH_MAX, less the end.
    package static let pathBytes = 4095
    /// MAX_ARG_STRLEN, less the end.
    package static let argumentBytes = 131_071
    package static let arguments = 65536
    package static let variables = 4096
    package static let hostNameBytes = 64
    /// BPF_MAXINSNS
    package static let filterInstructions = 4096
    package static let subjectBytes = 4200
    package static let judgedPrograms = 1024
    /// For one program.
    package static let argumentRules = 1024
    /// In one rule.
    package static let patterns = 1024
    /// What a run may say of one that was refused, and how many of them, is bounded by the zygote to far less.
    package static let refusedBytes = 1024
    package static let refusals = 256
    package static let callErrors = 512
    package static let refusedCalls = 16
    /// TASK_COMM_LEN of bytes, each of which may have been none of UTF-8.
    package static let processNameBytes = 48
}
