internal import LinuxSystem

/// Puts new content where a file is, or where none was: at every moment there is the old file or the new one. The content
/// is written beside it and takes its name when it is whole.
struct FileReplacement {
    let view: FileView
    let isDurable: Bool
    let keeper: (any ChangeKeeper)?

    init(_ call: ToolCall, _ view: FileView) {
        self.view = view
        isDurable = call.isDurable
        keeper = call.keeper
    }

    /// A file that is there; a link keeps leading to it. Mode, owner and extended attributes stay, as far as this process may
    /// give them. Other names of the same file (hard links) keep the old content.
    func replace(_ file: borrowing OpenedFile, holding old: [UInt8]?, with bytes: [UInt8]) throws(ToolFailure) {
        let (folderPath, name) = file.place.folderAndName
        let folder = try PathTrouble.explain(file.path) { () throws(SystemError) in
            try view.open(folderPath, [.placeOnly, .directory])
        }
        let temporary = Self.temporaryName(name)
        try refuseChange(file, name, folder)
        try keeper?.offer(
            KeptFile(mode: file.facts.mode, size: old?.count ?? file.facts.size, bytes: old), after: bytes)
        do throws(SystemError) {
            try write(bytes, temporary, folder, like: file)
        } catch {
            try? keeper?.settle()
            try? folder.unlink(temporary)
            throw PathTrouble.failure(error, file.path)
        }
        do throws(ToolFailure) {
            try keeper?.settle()
            // Writing took its time.
            try refuseChange(file, name, folder)
            try PathTrouble.explain(file.path) { () throws(SystemError) in try folder.rename(temporary, to: name) }
        } catch {
            try? folder.unlink(temporary)
            throw error
        }
        synchronize(folderPath)
    }

    /// A file that is not there, and the folders above it that are not.
    func create(_ path: String, with bytes: [UInt8]) throws(ToolFailure) {
        let (folderPath, name) = path.folderAndName
        try makeFolders(folderPath)
        let folder = try PathTrouble.explain(path) { () throws(SystemError) in
            try view.open(folderPath, [.placeOnly, .directory])
        }
        let temporary = Self.temporaryName(name)
        try keeper?.offer(nil, after: bytes)
        do throws(SystemError) {
            let new = try Self.open(temporary, folder, mode: 0o666)
            try new.writeAll(bytes)
            if isDurable { try new.synchronize() }
        } catch {
            try? keeper?.settle()
            try? folder.unlink(temporary)
            throw PathTrouble.failure(error, path)
        }
        do throws(ToolFailure) {
            try keeper?.settle()
            try place(temporary, folder, name, path)
        } catch {
            try? folder.unlink(temporary)
            throw error
        }
        synchronize(folderPath)
    }

    /// Nothing may be there.
    private func place(
        _ temporary: String, _ folder: borrowing Descriptor, _ name: String, _ path: String
    ) throws(ToolFailure) {
        do throws(SystemError) {
            try folder.rename(temporary, to: name, replaces: false)
        } catch {
            if error.isExisting {
                throw ToolFailure(.exists, "Cannot create new file - file already exists. Read \(path) first.")
            }
            throw PathTrouble.failure(error, path)
        }
    }

    private func write(
        _ bytes: [UInt8], _ name: String, _ folder: borrowing Descriptor, like file: borrowing OpenedFile
    ) throws(SystemError) {
        let new = try Self.open(name, folder, mode: 0o600)
        try new.writeAll(bytes)
        // Giving it away takes rights that we seldom have; what is ours already needs none.
        let facts = try new.facts()
        if facts.owner != file.facts.owner || facts.group != file.facts.group {
            try? new.changeOwner(user: file.facts.owner, group: file.facts.group)
        }
        _ = file.descriptor.copyAttributes(to: new)
        do throws(SystemError) {
            try new.changeMode(file.facts.mode)
        } catch {
            // The jail gives nobody the bits that lend an owner's rights.
            try new.changeMode(file.facts.mode & 0o1777)
        }
        if isDurable { try new.synchronize() }
    }

    private static func open(
        _ name: String, _ folder: borrowing Descriptor, mode: UInt32
    ) throws(SystemError) -> Descriptor {
        try Descriptor.open(
            name, in: folder.raw, [.writeOnly, .create, .exclusive, .noFollow], [.beneath, .noMagicLinks], mode: mode)
    }

    /// The file has to be the one that was read.
    private func refuseChange(
        _ file: borrowing OpenedFile, _ name: String, _ folder: borrowing Descriptor
    ) throws(ToolFailure) {
        guard let now = try? folder.facts(of: name), now.version == file.facts.version else {
            throw ToolFailure(
                .modifiedSinceRead,
                "File has been unexpectedly modified. Read it again before attempting to write it.")
        }
    }

    private func makeFolders(_ path: String) throws(ToolFailure) {
        do throws(SystemError) {
            _ = try view.open(path, [.placeOnly, .directory])
            return
        } catch {
            guard error.isNotFound, path != "/" else { throw PathTrouble.failure(error, path) }
        }
        let (parentPath, name) = path.folderAndName
        try makeFolders(parentPath)
        do throws(SystemError) {
            try view.open(parentPath, [.placeOnly, .directory]).makeFolder(name, mode: 0o777)
        } catch {
            // Somebody else may have made it just now.
            if !error.isExisting { throw PathTrouble.failure(error, path) }
        }
    }

    /// That a name now means another file is the folder's content. Where that cannot be made to last, the file is there all
    /// the same.
    private func synchronize(_ folder: String) {
        if isDurable { try? view.open(folder, [.readOnly, .directory]).synchronize() }
    }

    /// Nobody can know it before, and somebody who finds it knows whose it is.
    private static func temporaryName(_ name: String) -> String {
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        // Names have at most 255 bytes.
        return ".\(String(decoding: name.utf8.prefix(200), as: UTF8.self)).\(number).sidecar-tmp"
    }
}
