internal import CLinux

/// How far a path may lead while it is resolved, by openat2(2).
package struct PathResolution: OptionSet, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// `/proc/self/fd/3` and its kin, which lead anywhere.
    package static let noMagicLinks = PathResolution(rawValue: 0x02)
    package static let noLinks = PathResolution(rawValue: 0x04)
    /// Neither `..` nor a link may lead out of the folder that the path starts in.
    package static let beneath = PathResolution(rawValue: 0x08)
}

extension OpenFlags {
    /// Only its place: nothing is opened, and a FIFO or a device does nothing.
    package static let placeOnly = OpenFlags(rawValue: 0x20_0000)
    /// In the folder that is opened, a file without a name (O_TMPFILE).
    package static let unnamed = OpenFlags(rawValue: 0x40_0000 | O_DIRECTORY)
}

extension Descriptor {
    /// `path` from `folder` on, or from the root where there is none.
    package static func open(
        _ path: String, in folder: Int32?, _ flags: OpenFlags, _ resolution: PathResolution, mode: UInt32 = 0
    ) throws(SystemError) -> Descriptor {
        try open(bytes: Array(path.utf8), in: folder, flags, resolution, mode: mode)
    }

    /// The same for a path that need not be UTF-8.
    package static func open(
        bytes path: [UInt8], in folder: Int32?, _ flags: OpenFlags, _ resolution: PathResolution, mode: UInt32 = 0
    ) throws(SystemError) -> Descriptor {
        let terminated = (path + [0]).map { CChar(bitPattern: $0) }
        // The kernel asks to try again when something was moved while it looked.
        for _ in 0..<attemptsMax {
            let raw = try systemCallOrWait("openat2") {
                clinux_openat2(
                    folder ?? AT_FDCWD, terminated, UInt64(flags.rawValue | O_CLOEXEC), UInt64(mode),
                    resolution.rawValue)
            }
            if let raw { return Descriptor(owning: Int32(raw)) }
        }
        throw SystemError(call: "openat2", code: EAGAIN)
    }

    private static var attemptsMax: Int { 64 }

    /// Where this descriptor leads now, in the view of this process.
    package borrowing func place() throws(SystemError) -> String {
        try File.linkTarget("/proc/self/fd/\(raw)")
    }
}

extension SystemError {
    /// A path led out of the folder that it had to stay in.
    package var isOutside: Bool { code == EXDEV }
    /// Too many links, or a link where none may be.
    package var isLoop: Bool { code == ELOOP }
    package var isNotADirectory: Bool { code == ENOTDIR }
    package var isReadOnly: Bool { code == EROFS }
    package var isNameTooLong: Bool { code == ENAMETOOLONG }
    /// A socket, or a device that is not there.
    package var isNoDevice: Bool { code == ENXIO || code == ENODEV }
}
