internal import Confinement
internal import LinuxSystem

/// A folder and what is below it, as far as somebody wants to read: level by level, so that a large folder at the top does
/// not hide its neighbours. Links are shown and not followed, so there are no circles.
struct FolderTree {
    final class Node {
        let name: [UInt8]
        var note = ""
        var isFolder = false
        var children: [Node] = []

        init(_ name: [UInt8]) { self.name = name }
    }

    private struct Waiting {
        let node: Node
        /// From the top.
        let path: [UInt8]
        let depth: Int
    }

    let top = Node([])
    /// There is more than is in it.
    private(set) var isCut = false
    private(set) var entryCount = 0
    private let ignored: [GlobPattern]
    private let characterMax: Int
    private var characters = 0

    /// Entries of one folder that are looked at; their order needs all of them.
    private static let folderEntriesMax = 200_000
    private static let depthMax = 64

    init(_ folder: consuming Descriptor, ignoring: [GlobPattern], characterMax: Int) throws(SystemError) {
        ignored = ignoring
        self.characterMax = characterMax
        let root = OwnedDescriptor(folder)
        var waiting = [Waiting(node: top, path: [], depth: 0)]
        var next = 0
        while next < waiting.count, !isCut {
            let current = waiting[next]
            next += 1
            do throws(SystemError) {
                let children = try fill(current, root)
                waiting += children.filter { $0.node.isFolder && $0.depth < Self.depthMax && !Self.isLeftClosed($0) }
            } catch {
                if next == 1 { throw error }
                current.node.note = " (cannot be read: \(error.reason))"
            }
        }
        if next < waiting.count { isCut = true }
    }

    /// Hidden folders are named, but what tools keep in them is seldom what is looked for; who wants it lists them.
    private static func isLeftClosed(_ waiting: Waiting) -> Bool { waiting.node.name.first == UInt8(ascii: ".") }

    private mutating func fill(_ current: Waiting, _ root: OwnedDescriptor) throws(SystemError) -> [Waiting] {
        let path = current.path.isEmpty ? Array(".".utf8) : current.path
        let listed = OwnedDescriptor(
            try Descriptor.open(bytes: path, in: root.raw, [.placeOnly, .directory], [.beneath, .noLinks]))
        let folder = try Descriptor.open(".", in: listed.raw, [.readOnly, .directory], .beneath)
        var entries: [FolderEntry] = []
        var isWhole = true
        try folder.visitEntries { entry in
            if entries.count == Self.folderEntriesMax { isWhole = false }
            if isWhole { entries.append(entry) }
            return isWhole
        }
        if !isWhole { current.node.note = " (more than \(Self.folderEntriesMax) entries)" }
        entries.sort { $0.name.lexicographicallyPrecedes($1.name) }
        var children: [Waiting] = []
        for entry in entries {
            let path = current.path.isEmpty ? entry.name : current.path + [UInt8(ascii: "/")] + entry.name
            if ignored.contains(where: { $0.matches(path: path) }) || Leftovers.isOne(entry.name)
                || Self.isStandIn(entry, listed)
            {
                continue
            }
            let node = Node(entry.name)
            describe(node, entry, listed)
            current.node.children.append(node)
            entryCount += 1
            characters += 2 * current.depth + 6 + entry.name.count
            children.append(Waiting(node: node, path: path, depth: current.depth + 1))
            if characters > characterMax {
                isCut = true
                break
            }
        }
        return children
    }

    /// What a jail keeps from coming to be has a place as long as the jail is there; nobody has put it there.
    private static func isStandIn(_ entry: FolderEntry, _ folder: OwnedDescriptor) -> Bool {
        let kind = entry.kind ?? folder.kind(of: entry.name)
        guard kind == .folder || kind == .regular,
            let opened = try? Descriptor.open(
                bytes: entry.name, in: folder.raw, [.readOnly, .noFollow], [.beneath, .noLinks]),
            opened.hasAttribute(StandInMark.attribute), let size = try? opened.facts().size
        else { return false }
        guard kind == .folder else { return size <= StandInMark.bytesMax }
        var isEmpty = true
        let isRead: Void? = try? opened.visitEntries { _ in
            isEmpty = false
            return false
        }
        return isRead != nil && isEmpty
    }

    private func describe(_ node: Node, _ entry: FolderEntry, _ folder: OwnedDescriptor) {
        switch entry.kind ?? folder.kind(of: entry.name) {
        case .folder: node.isFolder = true
        case .link:
            if let target = folder.linkTarget(entry.name) { node.note = " -> \(EscapedName.of(target))" }
        case .pipe: node.note = " (FIFO)"
        case .socket: node.note = " (socket)"
        case .device: node.note = " (device)"
        default: break
        }
    }

    /// One line an entry, two blanks a level.
    func text(_ path: String) -> String {
        var text = "- \(path == "/" ? path : "\(path)/")\(top.note)"
        Self.write(top.children, 1, &text)
        return text
    }

    private static func write(_ nodes: [Node], _ depth: Int, _ text: inout String) {
        for node in nodes {
            text += "\n\(String(repeating: "  ", count: depth))- \(EscapedName.of(node.name))"
            text += "\(node.isFolder ? "/" : "")\(node.note)"
            write(node.children, depth + 1, &text)
        }
    }
}

extension OwnedDescriptor {
    fileprivate func kind(of name: [UInt8]) -> FileFacts.Kind? {
        try? Descriptor.open(bytes: name, in: raw, [.placeOnly, .noFollow], [.beneath]).facts().kind
    }

    fileprivate func linkTarget(_ name: [UInt8]) -> [UInt8]? {
        try? Descriptor.linkTarget(of: name, in: raw)
    }
}

/// A name as one line of text: what is no UTF-8, and what would break the line, as `\xff`.
enum EscapedName {
    static func of(_ name: [UInt8]) -> String {
        if let text = String(validating: name, as: UTF8.self), !name.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
            return text
        }
        var text = ""
        var rest = name[...]
        while let byte = rest.first {
            let length = (1...4).first { length in
                length <= rest.count && byte >= 0x20 && byte != 0x7f
                    && String(validating: rest.prefix(length), as: UTF8.self) != nil
            }
            if let length {
                text += String(decoding: rest.prefix(length), as: UTF8.self)
            } else {
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
            rest = rest.dropFirst(length ?? 1)
        }
        return text
    }
}
