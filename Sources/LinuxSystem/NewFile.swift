/// What is to become a file of a folder, while it is being written. Where the file system can, it has no name until it is whole: who
/// is killed before leaves nothing behind. Elsewhere, and for the moment in which it takes the place of another, it has one that
/// `Leftovers` knows, and a lock for as long as somebody is at it.
package struct NewFile: ~Copyable {
    package let descriptor: Descriptor
    private let temporary: String
    private let isNamed: Bool

    private static let inside: PathResolution = [.beneath, .noMagicLinks]

    /// - name: that it will have.
    package static func make(
        _ name: String, in folder: borrowing Descriptor, mode: UInt32
    ) throws(SystemError) -> NewFile {
        let temporary = Leftovers.name(for: name)
        if let file = try? Descriptor.open(".", in: folder.raw, [.writeOnly, .unnamed], inside, mode: mode) {
            // Nobody else knows of it.
            _ = try file.tryLockExclusively()
            return NewFile(descriptor: file, temporary: temporary, isNamed: false)
        }
        for _ in 0..<attemptsMax {
            let file = try Descriptor.open(
                temporary, in: folder.raw, [.writeOnly, .create, .exclusive, .noFollow], inside, mode: mode)
            // Somebody who tidies up may have come before the lock, and taken it for nobody's.
            if try file.tryLockExclusively(), try file.facts().links > 0 {
                return NewFile(descriptor: file, temporary: temporary, isNamed: true)
            }
            try? folder.unlink(temporary)
        }
        throw SystemError(call: "flock", code: SystemError.busy, subject: temporary)
    }

    private static let attemptsMax = 8

    private init(descriptor: consuming Descriptor, temporary: String, isNamed: Bool) {
        self.descriptor = descriptor
        self.temporary = temporary
        self.isNamed = isNamed
    }

    /// - replaces: what has the name is gone then; else it fails when something has it.
    package consuming func put(
        as name: String, in folder: borrowing Descriptor, replaces: Bool
    ) throws(SystemError) {
        if !isNamed {
            if !replaces { return try descriptor.link(as: name, in: folder) }
            try descriptor.link(as: temporary, in: folder)
        }
        do throws(SystemError) {
            try folder.rename(temporary, to: name, replaces: replaces)
        } catch {
            try? folder.unlink(temporary)
            throw error
        }
    }

    /// It will not be.
    package consuming func discard(in folder: borrowing Descriptor) {
        if isNamed { try? folder.unlink(temporary) }
    }
}

/// What the writing of a file has left beside it, because somebody was killed in the middle.
package enum Leftovers {
    private static let end = ".sidecar-tmp"

    /// Nobody can know it before, and somebody who finds it knows whose it is.
    package static func name(for name: String) -> String {
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        // Names have at most 255 bytes.
        return ".\(String(decoding: name.utf8.prefix(200), as: UTF8.self)).\(number)\(end)"
    }

    /// Whoever lists files leaves it out.
    package static func isOne(_ name: [UInt8]) -> Bool {
        name.first == UInt8(ascii: ".") && name.count > end.utf8.count + 2
            && name.suffix(end.utf8.count).elementsEqual(end.utf8)
    }

    /// Those of a folder that nobody is at.
    package static func remove(in folder: borrowing Descriptor) {
        let raw = folder.raw
        guard let listed = try? Descriptor.open(".", in: raw, [.readOnly, .directory], .beneath) else { return }
        var names: [[UInt8]] = []
        try? listed.visitEntries { entry in
            if isOne(entry.name) { names.append(entry.name) }
            return true
        }
        for name in names {
            guard
                let file = try? Descriptor.open(
                    bytes: name, in: raw, [.readOnly, .noFollow, .nonblocking], [.beneath, .noLinks]),
                (try? file.facts().kind) == .regular, (try? file.tryLockExclusively()) == true
            else { continue }
            try? folder.unlink(String(decoding: name, as: UTF8.self))
        }
    }
}
