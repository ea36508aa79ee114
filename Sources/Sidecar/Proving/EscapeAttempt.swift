internal import Confinement
internal import Sandbox

/// One way out of a jail that `policy prove` tries. Texts hold `{names}` of places (`ProofPlaces`), because the same is
/// tried in the jail and, where that is safe, without one.
package struct EscapeAttempt: Sendable {
    /// Stable: `files.read-outside`.
    package let id: String
    package let title: String
    let action: Action
    var control = Control.works
    /// How the host knows that it worked.
    var proof = Proof.word
    /// What of a policy would allow it openly.
    var grant = Grant.nothing
    /// Programs without which a shell script tries nothing.
    var needs: [String] = []
    var setting = Setting.plain
    /// Held by these layers alone. A policy that does not require them accepts that it is lost where they are not to be had.
    var heldBy: JailLayers = []
    /// Only where /tmp is the run's own.
    var needsPrivateFolder = false

    enum Action: Sendable {
        /// An attempt of sidecar-probe with its arguments.
        case probe([String])
        /// A text for bash.
        case shell(String)
    }

    /// The same without the jail.
    enum Control: Sendable, Equatable {
        /// It must work there, or the attempt tests nothing.
        case works
        /// Ordinary users may be refused there as well.
        case mayWork
        /// Not tried outside, and why not.
        case unsafe(String)
    }

    enum Proof: Sendable, Equatable {
        /// The probe's word that it worked.
        case word
        /// A secret of the host is in what was written.
        case secret
        /// What this file of the host begins with is in what was written.
        case content(String)
        /// Something on the host has changed.
        case state
        /// The proxy has looked this name up, which is a way to say something too.
        case lookUp(String)
        /// The witness has felt it, under this name.
        case witness(String)
        /// The number that `sidecar-probe say` and its like write.
        case marker
        /// Somebody holds the pipe that the run was given.
        case survivor
        /// The run went on beyond its time.
        case overtime
        /// More was taken in than the limit says.
        case overflow
    }

    /// What the policy is asked when it worked.
    enum Grant: Sendable, Equatable {
        case nothing
        case read(String)
        case write(String)
        /// A program by its path.
        case run(String)
        case network(host: String, port: String)
        case limit(LimitName)
        case variable(String)
        /// A call that `syscalls.allow` can name; `wide`: that profile has it.
        case call(String, wide: Bool = false)
        /// Held by this layer alone, and the policy does not require it.
        case missing(JailLayers)
    }

    /// What the run gets beside its words.
    enum Setting: Sendable, Equatable {
        case plain
        /// A terminal as standard input.
        case terminal
        /// The writing end of a pipe as descriptor 3.
        case pipe
        /// Time on the wall, in milliseconds.
        case wall(UInt64)
        /// One second of processor time.
        case processorSecond
        /// A second run afterwards, with these arguments of sidecar-probe; its word counts.
        case thenAgain([String])
        /// It is a worker, with a socket as descriptor 3.
        case worker
    }

    init(_ id: String, _ title: String, _ action: Action) {
        self.id = id
        self.title = title
        self.action = action
    }

    package var group: EscapeGroup { EscapeGroup(rawValue: String(id.prefix { $0 != "." })) ?? .files }
}

/// Named after what is attacked; the first part of an attempt's id.
package enum EscapeGroup: String, Sendable, CaseIterable {
    case files, exec, network, egress, processes, proc, limits, kernel, privileges, environment, terminal, git, agent,
        worker

    package var title: String {
        switch self {
        case .files: "Files outside of the view"
        case .exec: "Programs that are not granted"
        case .network: "Networks and sockets"
        case .egress: "The way out to granted hosts"
        case .processes: "Other processes, and surviving"
        case .proc: "/proc, /sys and /dev"
        case .limits: "Limits"
        case .kernel: "The kernel's surface"
        case .privileges: "Users and privileges"
        case .environment: "Variables of the environment"
        case .terminal: "Terminals"
        case .git: "What git runs or obeys"
        case .agent: "What agents and editors run or obey"
        case .worker: "A worker of ours that somebody has taken over"
        }
    }
}

/// The limits that attempts go beyond.
enum LimitName: String, Sendable { case wall, cpu, memory, processes, openFiles, fileSize, output }

/// Short ways to write attempts down.
extension EscapeAttempt {
    static func probe(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt(id, title, .probe(words))
    }

    static func shell(_ id: String, _ title: String, _ text: String) -> EscapeAttempt {
        var attempt = EscapeAttempt(id, title, .shell(text))
        attempt.proof = .marker
        return attempt
    }

    func by(_ proof: Proof) -> EscapeAttempt { with { $0.proof = proof } }
    func mayWork() -> EscapeAttempt { with { $0.control = .mayWork } }
    func unsafe(_ why: String) -> EscapeAttempt { with { $0.control = .unsafe(why) } }
    func held(by layers: JailLayers) -> EscapeAttempt { with { $0.heldBy = layers } }
    func unless(_ grant: Grant) -> EscapeAttempt { with { $0.grant = grant } }
    func needing(_ programs: String...) -> EscapeAttempt { with { $0.needs = programs } }
    func given(_ setting: Setting) -> EscapeAttempt { with { $0.setting = setting } }

    private func with(_ change: (inout EscapeAttempt) -> Void) -> EscapeAttempt {
        var copy = self
        change(&copy)
        return copy
    }
}
