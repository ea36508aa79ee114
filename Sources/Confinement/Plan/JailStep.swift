/// The steps on the way into a jail, each named when it fails. The numbers of those of a run are CJail.h's.
package enum JailStep: Int32, Sendable, CaseIterable {
    case readPlan = 1
    case becomeUser = 2
    case enterNamespaces = 3
    case mapUser = 4
    case closeUserNamespaces = 5
    case nameHost = 6
    case becomeFirstProcess = 7
    case separateMounts = 8
    case makeRoot = 9
    case buildView = 10
    case mountProcesses = 11
    case pivot = 12
    case lockPrivileges = 13
    case openRules = 14
    case rehearse = 15
    case requireLayers = 16
    case exchangeOwners = 17
    case openNetwork = 18
    case renouncePrivileges = 19
    case makeFolders = 20

    case clone = 32
    case runProcesses = 33
    case runFolders = 34
    case dropCapabilities = 35
    case makeRules = 36
    case startCommand = 37
    case newSession = 38
    case streams = 39
    case changeFolder = 40
    case setLimits = 41
    case restrictPaths = 42
    case closeDescriptors = 43
    case installFilter = 44
    case execute = 45
    case takeOrder = 46
    case judgeExecutions = 47
    case stayTogether = 48

    /// Completes "it failed at …".
    package var action: String {
        switch self {
        case .readPlan: "reading the plan"
        case .becomeUser: "becoming an ordinary user"
        case .enterNamespaces: "making namespaces"
        case .mapUser: "mapping a user into the namespace"
        case .closeUserNamespaces: "closing user namespaces to those inside"
        case .nameHost: "naming the host"
        case .becomeFirstProcess: "making the first process"
        case .separateMounts: "separating mounts from the host's"
        case .makeRoot: "making an empty root"
        case .buildView: "building the view"
        case .mountProcesses: "mounting /proc"
        case .pivot: "changing to the new root"
        case .lockPrivileges: "giving up privileges"
        case .openRules: "opening what the rules name"
        case .rehearse: "rehearsing a run"
        case .requireLayers: "comparing with the layers that are required"
        case .exchangeOwners: "giving root's files to the jail's user"
        case .openNetwork: "opening the jail's own network"
        case .renouncePrivileges: "giving up what there is of privileges"
        case .makeFolders: "making the jail's own folders"
        case .clone: "making the run's first process"
        case .runProcesses: "mounting the run's /proc"
        case .runFolders: "mounting the run's own folders"
        case .dropCapabilities: "dropping capabilities"
        case .makeRules: "making Landlock rules"
        case .startCommand: "making the command's process"
        case .newSession: "making a session"
        case .streams: "setting standard input and output"
        case .changeFolder: "changing to the folder"
        case .setLimits: "setting limits"
        case .restrictPaths: "entering Landlock"
        case .closeDescriptors: "closing descriptors"
        case .installFilter: "installing the system call filter"
        case .takeOrder: "telling the run what to run"
        case .execute: "executing the program"
        case .judgeExecutions: "watching over the arguments of programs"
        case .stayTogether: "keeping the run's signals to itself"
        }
    }
}
