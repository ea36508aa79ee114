extension ViewStep {
    private enum Tag: UInt8 {
        case bind = 1
        case temporary
        case directory
        case file
        case link
        case device
        case pin
        case protect
        case cover
        case reserve
        case provide
    }

    func write(to writer: inout WireWriter) {
        writer.number(tag.rawValue)
        switch self {
        case .bind(let source, let target, let restrictions, let expected):
            writer.text(source)
            writer.text(target)
            writer.number(restrictions.rawValue)
            writer.optional(expected?.device)
            writer.optional(expected?.inode)
        case .temporary(let path, let bytes, let inodes):
            writer.text(path)
            writer.number(bytes)
            writer.number(inodes)
        case .directory(let path, let mode):
            writer.text(path)
            writer.number(mode)
        case .file(let path, let bytes):
            writer.text(path)
            writer.blob(bytes)
        case .link(let path, let target):
            writer.text(path)
            writer.text(target)
        case .device(let device): writer.text(device.rawValue)
        case .pin(let path), .protect(let path), .cover(let path), .provide(let path): writer.text(path)
        case .reserve(let path, let standIn):
            writer.text(path)
            if case .file(let bytes) = standIn {
                writer.flag(true)
                writer.blob(bytes)
            } else {
                writer.flag(false)
            }
        }
    }

    private var tag: Tag {
        switch self {
        case .bind: .bind
        case .temporary: .temporary
        case .directory: .directory
        case .file: .file
        case .link: .link
        case .device: .device
        case .pin: .pin
        case .protect: .protect
        case .cover: .cover
        case .reserve: .reserve
        case .provide: .provide
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        guard let tag = Tag(rawValue: try reader.number()) else { throw WireError("a step that nobody knows") }
        switch tag {
        case .bind: self = try Self.readBind(&reader)
        case .temporary:
            self = .temporary(path: try reader.path(), bytes: try reader.number(), inodes: try reader.number())
        case .directory:
            self = .directory(path: try reader.path(), mode: try reader.number())
        case .file:
            self = .file(path: try reader.path(), bytes: try reader.blob(max: WireLimits.fileBytes))
        case .link:
            self = .link(path: try reader.path(), to: try reader.text(max: WireLimits.pathBytes))
        case .device:
            guard let device = Device(rawValue: try reader.text(max: 16)) else {
                throw WireError("a device that nobody may have")
            }
            self = .device(device)
        case .pin: self = .pin(path: try reader.path())
        case .protect: self = .protect(path: try reader.path())
        case .cover: self = .cover(path: try reader.path())
        case .provide: self = .provide(path: try reader.path())
        case .reserve:
            let path = try reader.path()
            let isFile = try reader.flag()
            self = .reserve(
                path: path, isFile ? .file(bytes: try reader.blob(max: WireLimits.fileBytes)) : .folder)
        }
    }

    private static func readBind(_ reader: inout WireReader) throws(WireError) -> ViewStep {
        let source = try reader.path()
        let target = try reader.path()
        let restrictions: MountRestrictions = try reader.options(all: .all)
        switch (try reader.optional(), try reader.optional()) {
        case (nil, nil): return .bind(source: source, target: target, restrictions, expected: nil)
        case (let device?, let inode?):
            return .bind(
                source: source, target: target, restrictions, expected: ExpectedFile(device: device, inode: inode))
        default: throw WireError("half a file to expect")
        }
    }
}
