internal import Confinement
internal import LinuxSystem

/// The places of a jail that its mounts protect, and which file each of them was when it began. A mount holds a file and not a
/// name: where somebody on the host puts another file in its place, as git and editors do when they save, the jail sees that
/// one, and may do with it what it may do with any other.
struct GuardedPlaces {
    private struct Place {
        let path: String
        /// nil: nothing was there.
        let file: Identity?
    }

    private struct Identity: Equatable {
        let device: UInt64
        let inode: UInt64

        init?(of path: String) {
            guard let found = try? File.status(path).identity else { return nil }
            (device, inode) = (found.device, found.inode)
        }
    }

    private let places: [Place]

    /// To be asked once the jail is there: it may have made some of them itself.
    init(of plan: JailPlan) {
        places = plan.view.compactMap(\.guarded).map { Place(path: $0, file: Identity(of: $0)) }
    }

    /// False: a jail that is made anew would hold more than this one.
    var areAsTheyWere: Bool { places.allSatisfy { Identity(of: $0.path) == $0.file } }
}

extension ViewStep {
    fileprivate var guarded: String? {
        switch self {
        case .pin(let path), .protect(let path), .cover(let path), .provide(let path): path
        case .reserve(let path, _): path
        default: nil
        }
    }
}
