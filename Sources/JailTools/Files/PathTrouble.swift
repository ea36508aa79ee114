internal import LinuxSystem

/// Why a path could not be used, in words that say what to do.
enum PathTrouble {
    static func failure(_ error: SystemError, _ path: String) -> ToolFailure {
        if error.isNotFound { return ToolFailure(.notFound, "File does not exist. Path: \(path)") }
        if error.isNotADirectory {
            return ToolFailure(.notFound, "File does not exist: a part of \(path) is a file, not a folder.")
        }
        if error.isOutside {
            return ToolFailure(
                .deniedPath,
                "\(path) leads out of the workspace. Name the place that it leads to by its own path, if the policy allows it."
            )
        }
        if error.isReadOnly {
            return ToolFailure(
                .deniedPath, "\(path) is read-only in this sandbox: the policy does not let it be written.")
        }
        if error.isPermissionDenied {
            return ToolFailure(
                .deniedPath, "Permission denied: \(path). The policy or the rights of the file do not allow it.")
        }
        if error.isLoop {
            return ToolFailure(.notFound, "\(path) cannot be followed: links lead in a circle, or into /proc.")
        }
        if error.isNameTooLong { return ToolFailure(.invalidInput, "The path is too long: \(path.prefix(200))…") }
        if error.isNoDevice { return ToolFailure(.notAFile, "\(path) is a socket or a device, not a file.") }
        if error.code == SystemError.noSpace {
            return ToolFailure(.ioError, "No space left where \(path) is. Nothing was changed.")
        }
        return ToolFailure(.ioError, "\(path): \(error.reason) (\(error.call)).")
    }

    static func explain<Result: ~Copyable>(
        _ path: String, _ body: () throws(SystemError) -> Result
    ) throws(ToolFailure) -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            throw failure(error, path)
        }
    }

    /// Nothing is there: what is there instead?
    static func missing(_ path: String, _ view: FileView) -> ToolFailure {
        let (folder, name) = path.folderAndName
        do throws(SystemError) {
            let near = try NearNames.find(name, in: try view.open(folder, [.readOnly, .directory]))
            if near.isEmpty { return ToolFailure(.notFound, "File does not exist. Path: \(path)") }
            let names = near.map { folder == "/" ? "/\($0)" : "\(folder)/\($0)" }
            return ToolFailure(.notFound, "File does not exist. Did you mean \(names.joined(separator: " or "))?")
        } catch {
            if error.isNotFound {
                return ToolFailure(.notFound, "File does not exist. Its folder \(folder) does not exist either.")
            }
            return failure(error, path)
        }
    }
}
