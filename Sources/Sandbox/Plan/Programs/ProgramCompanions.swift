/// What well-known programs cannot work without, and no ELF file says: programs that they start by themselves, and
/// folders of modules that they map. A name on the whitelist is meant with these.
package struct ProgramCompanions: Sendable, Equatable {
    /// Folders whose files may be executed too: a compiler's passes, git's helpers.
    package var programFolders: [String] = []
    /// Folders whose files may be mapped, and not executed.
    package var moduleFolders: [String] = []
    /// Programs that it calls by their names.
    package var programs: [String] = []

    /// `path`: where the program really is. `*` in a folder's name stands for any characters of that one name.
    package static func of(_ path: NormalPath) -> ProgramCompanions {
        let name = path.name.family
        // A toolchain or an interpreter keeps what belongs to it beside its own `bin`.
        let prefix = path.parent.parent == .root ? "" : path.parent.parent.text
        var result = ProgramCompanions()
        switch name {
        case "git": result.programFolders = ["\(prefix)/lib/git-core", "\(prefix)/libexec/git-core"]
        case "python": result.moduleFolders = ["\(prefix)/lib/python*", "/usr/local/lib/python*"]
        case "perl": result.moduleFolders = ["/usr/lib/*/perl*", "/usr/share/perl*", "/usr/local/lib/*/perl"]
        case "ruby": result.moduleFolders = ["\(prefix)/lib/ruby", "\(prefix)/lib/*/ruby"]
        case "rustc", "cargo": result.moduleFolders = ["\(prefix)/lib"]
        case "go": result.programFolders = ["\(prefix)/pkg/tool"]
        case _ where compilers.contains(name):
            result.programFolders = [
                "\(prefix)/lib/gcc", "\(prefix)/libexec/gcc", "/usr/lib/gcc", "/usr/libexec/gcc",
            ]
            result.moduleFolders = ["/usr/lib/bfd-plugins", "/usr/lib/llvm-*/lib"]
            result.programs = ["as", "ld", "ld.bfd", "ld.gold", "ld.lld"]
        case _ where name.hasPrefix("swift"):
            result.programFolders = ["\(prefix)/bin"]
            result.moduleFolders = ["\(prefix)/lib", "\(prefix)/libexec"]
            result.programs = ["as", "ld", "ld.gold"]
        default: break
        }
        return result
    }

    private static let compilers: Set<String> = ["gcc", "g++", "cc", "c++", "cpp", "clang", "clang++"]
}

extension String {
    /// `gcc` of `x86_64-linux-gnu-gcc-12`, `python` of `python3.11`: a program's name without architecture and version.
    fileprivate var family: String {
        var words = split(separator: "-")
        while words.count > 1, words.last?.allSatisfy({ $0.isNumber || $0 == "." }) == true { words.removeLast() }
        var name = words.last ?? self[...]
        while let last = name.last, last.isNumber || last == "." { name.removeLast() }
        return String(name)
    }
}
