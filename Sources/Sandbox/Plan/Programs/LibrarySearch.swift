/// Where the loader finds a library by its name (ld.so(8)), for the files that a plan has to let be mapped.
final class LibrarySearch<Host: PlanHost> {
    private let host: Host
    private let catalog: ELFCatalog<Host>
    private let cache: LinkerCache
    /// What names without a search path of their own lead to: the same few libraries are asked for again and again.
    private var known: [Question: [NormalPath]] = [:]

    private struct Question: Hashable {
        let name: String
        let machine: UInt16
    }

    private static var usualFolders: [String] { ["/lib", "/usr/lib", "/lib64", "/usr/lib64"] }
    /// Where Debian and its kin keep those of one architecture, by ELF's number of the machine.
    private static var machineFolders: [UInt16: String] { [62: "x86_64-linux-gnu", 183: "aarch64-linux-gnu"] }

    init(_ host: Host, _ catalog: ELFCatalog<Host>) {
        self.host = host
        self.catalog = catalog
        let bytes = NormalPath(LinkerCache.path).flatMap { host.bytes(of: $0, from: 0, count: 16 << 20) }
        cache = LinkerCache(bytes ?? [])
    }

    /// All files, each by the path that the loader would use, that may be meant; first those that are looked at first.
    func candidates(for name: String, wantedBy image: ELFImage, at path: NormalPath) -> [NormalPath] {
        if name.contains("/") { return existing([name], image.machine) }
        let own = existing(image.searchPath.map { "\(expand($0, path))/\(name)" }, image.machine)
        // What the file's own search path finds is final; the table may have one for each kind of processor.
        if !own.isEmpty { return own }
        let question = Question(name: name, machine: image.machine)
        if let found = known[question] { return found }
        let found = usual(question)
        known[question] = found
        return found
    }

    /// Folders that the loader's table names, by where they really are.
    var folders: Set<NormalPath> {
        Set(cache.folders.compactMap { host.resolve($0) }.filter { host.kind($0) == .folder })
    }

    private func usual(_ question: Question) -> [NormalPath] {
        let listed = existing(cache[question.name], question.machine)
        if !listed.isEmpty { return listed }
        let own = Self.machineFolders[question.machine].map { ["/lib/\($0)", "/usr/lib/\($0)"] } ?? []
        return Array(existing((own + Self.usualFolders).map { "\($0)/\(question.name)" }, question.machine).prefix(1))
    }

    private func existing(_ paths: [String], _ machine: UInt16) -> [NormalPath] {
        paths.compactMap { NormalPath($0) }.filter { path in
            guard host.kind(path) == .file, let resolved = host.resolve(path) else { return false }
            return catalog.image(resolved)?.machine == machine
        }
    }

    private func expand(_ folder: String, _ path: NormalPath) -> String {
        let origin = (host.resolve(path) ?? path).parent.text
        return ["$ORIGIN", "${ORIGIN}"].reduce(folder) { text, variable in
            text.split(separator: variable, omittingEmptySubsequences: false).joined(separator: origin)
        }
    }
}
