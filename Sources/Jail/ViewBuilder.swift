internal import CJail
internal import Confinement
internal import LinuxSystem

/// Builds what the jail sees on a tmpfs, and moves into it.
final class ViewBuilder {
    let root: Descriptor
    let standIns = StandIns()
    private(set) var kept: [KeptMount] = []
    private let taken: ExchangedMounts
    /// File systems that are ours alone. Nowhere else may a place to mount on be made.
    private var ownDevices: Set<UInt64> = []
    /// A file of no bytes, for as long as the view is built.
    private static let emptyFile = "/.empty"

    /// Only names live in it: mount points, links, a few small files.
    private static let rootBytes: UInt64 = 16 << 20
    private static let rootInodes: UInt64 = 65536

    init(_ taken: ExchangedMounts) throws(FailedAnswer) {
        self.taken = taken
        root = try Kernel.descriptor(.makeRoot, "", cjail_new_tmpfs(Self.rootBytes, Self.rootInodes, "0755"))
        let place = try Kernel.descriptor(.makeRoot, "/", cjail_open_source("/"))
        try Kernel.step(.makeRoot, "/", cjail_attach(root.raw, place.raw))
        ownDevices.insert(try root.describe(.makeRoot, "/").device)
    }

    func build(_ plan: JailPlan) throws(FailedAnswer) {
        do throws(FailedAnswer) {
            try make(file: Self.emptyFile, [])
            for step in plan.view { try add(step) }
            try findKept(plan)
            // Each run mounts its own over these.
            try makeFolder("/proc", mode: 0o555)
            for folder in plan.freshFolders { try makeFolder(folder.path, mode: 0o755) }
            try Kernel.step(.buildView, Self.emptyFile, cjail_remove(root.raw, ".empty", 0))
            // Before the host's own goes: the kernel gives a new one only to who sees a whole one already.
            try Kernel.step(.mountProcesses, "", cjail_mount_processes(root.raw))
            try Kernel.step(.pivot, "", cjail_set_attributes(root.raw, MountRestrictions.readOnly.rawValue))
            try Kernel.step(.pivot, "", cjail_pivot(root.raw))
        } catch {
            // With the view go the mounts that would keep the stand-ins in their places.
            _ = cjail_detach_view(root.raw)
            standIns.remove()
            throw error
        }
    }

    private func add(_ step: ViewStep) throws(FailedAnswer) {
        switch step {
        case .bind(let source, let target, let restrictions, let expected):
            try bind(source, target, restrictions, expected)
        case .temporary(let path, let bytes, let inodes):
            try makeFolder(path, mode: 0o755)
            let fresh = try Kernel.descriptor(.buildView, path, cjail_new_tmpfs(bytes, inodes, "0755"))
            ownDevices.insert(try fresh.describe(.buildView, path).device)
            try attach(fresh, path)
        case .directory(let path, let mode): try makeFolder(path, mode: mode)
        case .file(let path, let bytes): try make(file: path, bytes)
        case .link(let path, let target):
            let parent = try parentOfOurs(path)
            try Kernel.step(.buildView, path, cjail_make_link(parent.raw, name(path), target))
        case .device(let device):
            let path = "/dev/\(device.rawValue)"
            try bind(path, path, [.noExecution, .noSetUser], nil)
        case .pin(let path): try cover(path, with: path, [])
        case .protect(let path): try cover(path, with: path, .readOnly)
        case .cover(let path): try hide(path)
        case .reserve(let path, let standIn):
            let parent = try open(parentPath(path))
            if try standIns.reserve(path, name: name(path), in: parent, standIn) {
                try cover(path, with: path, .readOnly)
            }
        case .provide(let path):
            let parent = try open(parentPath(path))
            guard try standIns.reserve(path, name: name(path), in: parent, .folder, mode: 0o755) else { return }
            let folder = try open(path)
            let copy = try Kernel.descriptor(.buildView, path, cjail_copy_mounts(folder.raw, 0))
            try Kernel.step(.buildView, path, cjail_allow_execution(copy.raw))
            try attach(copy, path)
        }
    }

    // MARK: Mounts

    private func bind(
        _ source: String, _ target: String, _ restrictions: MountRestrictions, _ expected: ExpectedFile?
    ) throws(FailedAnswer) {
        if let mount = taken.mount(for: target) {
            var found = cjail_file()
            try Kernel.step(.buildView, target, cjail_describe(mount.raw, &found))
            if found.is_folder == 1 { try makeFolder(target, mode: 0o755) } else { try makePlace(target) }
            let place = try open(target)
            try Kernel.step(.buildView, target, cjail_attach(mount.raw, place.raw))
            return
        }
        let file = try Kernel.descriptor(.buildView, source, cjail_open_source(source))
        if let expected { try file.mustBe(expected, source) }
        let found = try file.describe(.buildView, source)
        if found.is_folder == 1 { try makeFolder(target, mode: 0o755) } else { try makePlace(target) }
        let copy = try Kernel.descriptor(.buildView, source, cjail_copy_mounts(file.raw, restrictions.rawValue))
        try attach(copy, target)
    }

    /// Lays a copy of `source`, which is in the view, over `target`.
    private func cover(_ target: String, with source: String, _ restrictions: MountRestrictions) throws(FailedAnswer) {
        let file = try open(source)
        let copy = try Kernel.descriptor(.buildView, target, cjail_copy_mounts(file.raw, restrictions.rawValue))
        try attach(copy, target)
    }

    private func hide(_ path: String) throws(FailedAnswer) {
        if try open(path).describe(.buildView, path).is_folder == 0 {
            return try cover(path, with: Self.emptyFile, .readable)
        }
        let empty = try Kernel.descriptor(.buildView, path, cjail_new_tmpfs(4096, 1, "0555"))
        try Kernel.step(.buildView, path, cjail_set_attributes(empty.raw, MountRestrictions.readOnly.rawValue))
        try attach(empty, path)
    }

    private func attach(_ mount: borrowing Descriptor, _ target: String) throws(FailedAnswer) {
        let place = try open(target)
        try Kernel.step(.buildView, target, cjail_attach(mount.raw, place.raw))
    }

    /// The outermost of the mounts beneath each fresh folder; those within them come along.
    private func findKept(_ plan: JailPlan) throws(FailedAnswer) {
        for case .bind(_, let target, _, _) in plan.view
        where plan.freshFolders.contains(where: { target.isBeneath($0.path) })
            && !kept.contains(where: { target.isBeneath($0.path) || target == $0.path })
        {
            let isFolder = try open(target).describe(.buildView, target).is_folder == 1
            kept.removeAll { $0.path.isBeneath(target) }
            kept.append(KeptMount(path: target, isFolder: isFolder))
        }
        if kept.count > Int(CJAIL_KEPT_MAX) {
            throw FailedAnswer(.buildView, code: SystemError.tooLong, subject: kept[kept.count - 1].path)
        }
    }

    // MARK: Names

    private func open(_ path: String) throws(FailedAnswer) -> Descriptor {
        try Kernel.descriptor(.buildView, path, cjail_open_target(root.raw, path))
    }

    private func exists(_ path: String) -> Bool {
        let result = cjail_open_target(root.raw, path)
        if result < 0 { return false }
        _ = Descriptor(owning: Int32(result))
        return true
    }

    /// With those above it.
    private func makeFolder(_ path: String, mode: UInt32) throws(FailedAnswer) {
        if path == "/" || exists(path) { return }
        let parent = try parentOfOurs(path)
        try Kernel.step(.buildView, path, cjail_make_folder(parent.raw, name(path), mode))
    }

    private func makePlace(_ path: String) throws(FailedAnswer) {
        if !exists(path) { try make(file: path, []) }
    }

    private func make(file path: String, _ bytes: [UInt8]) throws(FailedAnswer) {
        let parent = try parentOfOurs(path)
        try Kernel.step(.buildView, path, cjail_make_file(parent.raw, name(path), 0o444, bytes, bytes.count))
    }

    /// The folder above, made where it is missing. A folder of the host's gets nothing from us.
    private func parentOfOurs(_ path: String) throws(FailedAnswer) -> Descriptor {
        let path = parentPath(path)
        try makeFolder(path, mode: 0o755)
        let parent = try open(path)
        if !ownDevices.contains(try parent.describe(.buildView, path).device) {
            throw FailedAnswer(.buildView, code: SystemError.readOnly, subject: path)
        }
        return parent
    }

    private func parentPath(_ path: String) -> String {
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        return cut == path.startIndex ? "/" : String(path[..<cut])
    }

    private func name(_ path: String) -> String {
        String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...])
    }
}

extension String {
    /// Of paths in their shortest form.
    func isBeneath(_ folder: String) -> Bool { folder == "/" ? self != "/" : hasPrefix(folder + "/") }
}
