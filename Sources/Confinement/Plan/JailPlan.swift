/// Everything that a jail is, resolved: plain data, made from a policy elsewhere or by hand in a test.
package struct JailPlan: Sendable, Hashable {
    package var view: [ViewStep] = []
    /// Mounted anew for each run. A rule for such a folder is a rule like any other.
    package var freshFolders: [FreshFolder] = []
    package var rules: [PathRule] = []
    /// A program for the kernel's classic filter machine, eight bytes an instruction; empty: none.
    package var filter: [UInt8] = []
    /// The same for runs of programs of ours (`JailRun.isWorker`), which then execute nothing once they run; empty: they get
    /// `filter`, and are runs like any other.
    package var workerFilter: [UInt8] = []
    /// Which calls are reported when they are refused, of runs that are no workers.
    package var reporting = CallReporting()
    /// Programs whose arguments matter; empty: nobody asks before an execve.
    package var programRules: [ProgramRules] = []
    package var network = Network.none
    /// Without these nothing runs.
    package var required: JailLayers = [.userNamespace, .mountNamespace, .pidNamespace, .landlock, .seccomp]
    package var user = User()
    package var hostName = "jail"
    package var isolation = Isolation.namespaces

    package init() {}

    /// No other run is ever begun in it, or it would be held as a worker is.
    package var isForWorkersAlone: Bool { !workerFilter.isEmpty && filter == workerFilter }

    /// What stands between a run and the host.
    package enum Isolation: Sendable, Hashable {
        /// Namespaces, with a view of their own.
        case namespaces
        /// The host's own files and processes, guarded by `rules` and `filter` alone, for a host that gives no namespaces.
        /// The binds of `view` are then what the rules are about, and not mounted; `freshFolders` are made on the host for the
        /// jail as a whole. There is no network.
        case rules

        /// The most that it can have of what a policy may require.
        package var layers: JailLayers { self == .rules ? [.landlock, .seccomp] : .all }
    }

    package enum Network: Sendable, Hashable {
        case none
        /// A network of its own with nothing but these TCP ports on its loopback. The host listens on them
        /// (`Zygote.takeListeners`).
        case own(ports: [UInt16])
        /// The host's.
        case host

        var ports: [UInt16] { if case .own(let ports) = self { ports } else { [] } }
    }

    /// Who a run is, inside and outside. Root on neither side.
    package struct User: Sendable, Hashable {
        package var inside: UInt32 = 1000
        package var insideGroup: UInt32 = 1000
        /// Whom to become before anything else, where we are root; otherwise we stay who we are.
        package var outside: UInt32 = User.nobody
        package var outsideGroup: UInt32 = User.nobody
        /// Sources of binds, where we are root: taken up before it is given up, and in them root and `outside` have changed
        /// places. What is root's on the disk is the jail's user's inside, and the other way round.
        package var exchanged: [String] = []

        package init() {}

        /// The user of every Linux that owns nothing.
        package static let nobody: UInt32 = 65534
    }
}
