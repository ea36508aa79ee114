internal import CJail
internal import Confinement
internal import LinuxSystem

/// Files and folders that keep others from being made in their place. Several jails may share one: each holds a lock on
/// it, and only who can get it for itself alone takes it away.
final class StandIns {
    private final class StandIn {
        let path: String
        let name: String
        let parent: Descriptor
        let file: Descriptor
        let isFolder: Bool
        let size: UInt64

        init(
            path: String, name: String, parent: consuming Descriptor, file: consuming Descriptor, isFolder: Bool,
            size: UInt64
        ) {
            self.path = path
            self.name = name
            self.parent = parent
            self.file = file
            self.isFolder = isFolder
            self.size = size
        }
    }

    /// By us or by another jail.
    private var made: [StandIn] = []
    /// Locks on what is there and no stand-in, or not known for one.
    private var shared: [StandIn] = []

    /// Somebody else is just taking it away, or making it.
    private static let attemptsMax = 1000

    /// False where nothing is, and nobody of the jail can make anything either.
    func reserve(
        _ path: String, name: String, in parent: consuming Descriptor, _ standIn: ViewStep.StandIn,
        mode: UInt32 = 0o555
    ) throws(FailedAnswer) -> Bool {
        var isOurs = false
        for _ in 0..<Self.attemptsMax {
            let opened = cjail_open_to_lock(parent.raw, name)
            if opened == -Int(SystemError.notFound) {
                let made = make(name, in: parent, standIn, mode)
                if made == -Int(SystemError.exists) { continue }
                if made < 0, cjail_can_never_make_in(parent.raw) == 1 { return false }
                try Kernel.step(.buildView, path, made)
                isOurs = true
                continue
            }
            // There, and not to be read by us: it is nobody's stand-in.
            if opened == -Int(SystemError.accessDenied) { return true }
            let file = try Kernel.descriptor(.buildView, path, opened)
            if cjail_lock(file.raw, 0) < 0 { continue }
            let found = try file.describe(.buildView, path)
            if found.links == 0 { continue }
            if isOurs { _ = cjail_mark(file.raw, StandInMark.attribute) }
            // One that is there already: another jail's, or left by one that was killed. The last to hold it takes it away.
            let isStandIn =
                isOurs || (isAsMade(found, standIn) && cjail_is_marked(file.raw, StandInMark.attribute) == 1)
            let kept = StandIn(
                path: path, name: name, parent: parent, file: file, isFolder: found.is_folder == 1, size: found.size)
            if isStandIn { made.append(kept) } else { shared.append(kept) }
            return true
        }
        throw FailedAnswer(.buildView, code: SystemError.busy, subject: path)
    }

    private func isAsMade(_ found: cjail_file, _ standIn: ViewStep.StandIn) -> Bool {
        switch standIn {
        // One that is not empty stays by itself.
        case .folder: found.is_folder == 1
        case .file(let bytes): found.is_regular == 1 && found.size == bytes.count
        }
    }

    private func make(
        _ name: String, in parent: borrowing Descriptor, _ standIn: ViewStep.StandIn, _ mode: UInt32
    ) -> Int {
        switch standIn {
        case .folder: cjail_make_folder(parent.raw, name, mode)
        case .file(let bytes): cjail_make_file(parent.raw, name, 0o444, bytes, bytes.count)
        }
    }

    /// Those that jails made, that nobody else relies on, and that are still as they were made.
    func remove() {
        for standIn in made.reversed() {
            // Our own mount on it would keep it.
            _ = cjail_detach(standIn.path)
            var found = cjail_file()
            guard cjail_lock(standIn.file.raw, 1) == 0, cjail_describe(standIn.file.raw, &found) == 0,
                standIn.isFolder || found.size == standIn.size
            else { continue }
            // A folder that is not empty stays by itself.
            _ = cjail_remove(standIn.parent.raw, standIn.name, standIn.isFolder ? 1 : 0)
        }
        made = []
        shared = []
    }
}
