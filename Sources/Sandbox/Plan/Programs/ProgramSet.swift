/// The files that may be executed, the libraries that they map, and the links by which both are found. It grows by
/// adding programs, and takes what each of them needs with it.
struct ProgramSet<Host: PlanHost> {
    /// By where a path really leads.
    private(set) var programs: [NormalPath: HostFile] = [:]
    private(set) var libraries: [NormalPath: HostFile] = [:]
    /// Loaders are both mapped and, by the kernel, executed.
    private(set) var loaders: Set<NormalPath> = []
    private(set) var links: [NormalPath: String] = [:]
    /// Scripts, with the program that their first line names.
    private(set) var scripts: [NormalPath: NormalPath] = [:]
    private(set) var missingLibraries: [MissingLibrary] = []

    struct MissingLibrary: Hashable {
        let name: String
        let wantedBy: NormalPath
    }

    private let host: Host
    private let catalog: ELFCatalog<Host>
    private let search: LibrarySearch<Host>
    /// Opened by the C library itself, when a thread ends.
    private static var alwaysNeeded: String { "libgcc_s.so.1" }
    private static var shebangBytesMax: Int { 256 }

    init(_ host: Host) {
        self.host = host
        catalog = ELFCatalog(host)
        search = LibrarySearch(host, catalog)
    }

    /// By any path that leads to it. False when there is no such file.
    @discardableResult
    mutating func add(program path: NormalPath) -> Bool {
        guard let resolved = follow(path), let file = host.file(resolved), file.kind == .file else { return false }
        guard programs.updateValue(file, forKey: resolved) == nil else { return true }
        if let image = catalog.image(resolved) {
            add(needsOf: image, resolved)
            for library in search.candidates(for: Self.alwaysNeeded, wantedBy: image, at: resolved)
            where !image.needed.isEmpty {
                add(library: library)
            }
        } else if let interpreter = interpreter(resolved) {
            scripts[resolved] = interpreter
            _ = follow(interpreter)
        }
        return true
    }

    /// A file that programs open and map while they run.
    mutating func add(library path: NormalPath) {
        guard let resolved = follow(path), let file = host.file(resolved), file.kind == .file,
            libraries.updateValue(file, forKey: resolved) == nil, let image = catalog.image(resolved)
        else { return }
        add(needsOf: image, resolved)
    }

    /// What others in a folder that is granted as a whole need from outside of it.
    mutating func add(needsOfFile path: NormalPath) {
        if let image = catalog.image(path) { add(needsOf: image, path) }
    }

    /// Folders that the loader's table names.
    var libraryFolders: Set<NormalPath> { search.folders }

    mutating func remove(program path: NormalPath) { programs[path] = nil }

    private mutating func add(needsOf image: ELFImage, _ path: NormalPath) {
        if let loader = image.interpreter.flatMap({ NormalPath($0) }), let resolved = follow(loader) {
            loaders.insert(resolved)
            add(library: resolved)
        }
        for name in image.needed {
            let found = search.candidates(for: name, wantedBy: image, at: path)
            if found.isEmpty { missingLibraries.append(MissingLibrary(name: name, wantedBy: path)) }
            for library in found { add(library: library) }
        }
    }

    private mutating func follow(_ path: NormalPath) -> NormalPath? {
        guard let passed = host.links(on: path) else { return nil }
        for step in passed { links[step.link] = step.target }
        return host.resolve(path)
    }

    private func interpreter(_ path: NormalPath) -> NormalPath? {
        guard let head = host.bytes(of: path, from: 0, count: Self.shebangBytesMax), head.starts(with: [0x23, 0x21])
        else {
            return nil
        }
        let line = head.dropFirst(2).prefix { $0 != 0x0a }
        guard let word = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 }).first else { return nil }
        return NormalPath(String(decoding: word, as: UTF8.self))
    }
}
