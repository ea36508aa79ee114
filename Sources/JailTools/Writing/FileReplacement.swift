internal import LinuxSystem

/// Puts new content where a file is, or where none was: at every moment there is the old file or the new one. The content
/// is written beside it and takes its name when it is whole.
struct FileReplacement {
    let view: FileView
    let isDurable: Bool
    private let tidies: Bool
    let keeper: (any ChangeKeeper)?

    init(_ call: ToolCall, _ view: FileView) {
        self.view = view
        isDurable = call.isDurable
        tidies = call.tidies
        keeper = call.keeper
    }

    /// A file that is there; a link keeps leading to it. Mode, owner and extended attributes stay, as far as this process may
    /// give them. Other names of the same file (hard links) keep the old content.
    func replace(_ file: borrowing OpenedFile, holding old: [UInt8]?, with bytes: [UInt8]) throws(ToolFailure) {
        let (folderPath, name) = file.place.folderAndName
        let folder = try PathTrouble.explain(file.path) { () throws(SystemError) in
            try view.open(folderPath, [.placeOnly, .directory])
        }
        if tidies { Leftovers.remove(in: folder) }
        try refuseChange(file, name, folder)
        try keeper?.offer(
            KeptFile(mode: file.facts.mode, size: old?.count ?? file.facts.size, bytes: old), after: bytes)
        let new = try written(bytes, name, folder, file.path) { new throws(SystemError) in
            try Self.liken(new, to: file)
        }
        do throws(ToolFailure) {
            try keeper?.settle()
            // Writing took its time.
            try refuseChange(file, name, folder)
        } catch {
            new.discard(in: folder)
            throw error
        }
        do throws(SystemError) {
            try new.put(as: name, in: folder, replaces: true)
        } catch {
            throw PathTrouble.failure(error, file.path)
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
        if tidies { Leftovers.remove(in: folder) }
        try keeper?.offer(nil, after: bytes)
        let new = try written(bytes, name, folder, path, mode: 0o666)
        do throws(ToolFailure) {
            try keeper?.settle()
        } catch {
            new.discard(in: folder)
            throw error
        }
        try place(new, folder, name, path)
        synchronize(folderPath)
    }

    /// Nothing may be there.
    private func place(
        _ new: consuming NewFile, _ folder: borrowing Descriptor, _ name: String, _ path: String
    ) throws(ToolFailure) {
        do throws(SystemError) {
            try new.put(as: name, in: folder, replaces: false)
        } catch {
            if error.isExisting {
                throw ToolFailure(.exists, "Cannot create new file - file already exists. Read \(path) first.")
            }
            throw PathTrouble.failure(error, path)
        }
    }

    /// The new content, as safe as it has to be, and without the name yet.
    private func written(
        _ bytes: [UInt8], _ name: String, _ folder: borrowing Descriptor, _ path: String, mode: UInt32 = 0o600,
        _ prepare: (borrowing Descriptor) throws(SystemError) -> Void = { _ in }
    ) throws(ToolFailure) -> NewFile {
        let new: NewFile
        do throws(SystemError) {
            new = try NewFile.make(name, in: folder, mode: mode)
        } catch {
            try? keeper?.settle()
            throw PathTrouble.failure(error, path)
        }
        do throws(SystemError) {
            try new.descriptor.writeAll(bytes)
            try prepare(new.descriptor)
            if isDurable { try new.descriptor.synchronize() }
        } catch {
            try? keeper?.settle()
            new.discard(in: folder)
            throw PathTrouble.failure(error, path)
        }
        return new
    }

    private static func liken(_ new: borrowing Descriptor, to file: borrowing OpenedFile) throws(SystemError) {
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
}
