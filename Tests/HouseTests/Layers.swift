/// Who may import whom. The numbers are those of docs/architecture.md: an arrow goes down, never up or sideways.
/// Package.swift declares the same, and the build refuses what it does not declare; but nothing keeps somebody from
/// declaring an arrow upwards there, and the system's own modules need no declaration.
enum Layers {
    static let number: [String: Int] = [
        "CLinux": 1, "CCurl": 1, "CYAML": 1, "CZlib": 1, "CSimdJSON": 1, "CJail": 1, "CSeccomp": 1, "CCrypto": 1,
        "CSQLite": 1, "CXXHash": 1, "CGumbo": 1, "CGit2": 1,
        "LinuxSystem": 2,
        "JSON": 3, "YAML": 3, "Confinement": 3, "Digest": 3, "Addresses": 3,
        "HTTP": 4, "Sandbox": 4, "Translation": 4, "JailTools": 4,
        "MCP": 4,
        "ToolRuntime": 5,
        "Sidecar": 6, "Jail": 6, "Keeper": 6, "Probe": 6, "Worker": 6,
    ]

    /// A foreign header has one owner, so that what is unsafe about it is in one place.
    static let owner: [String: String] = [
        "CLinux": "LinuxSystem", "Glibc": "LinuxSystem", "CCurl": "HTTP", "CYAML": "YAML", "CZlib": "HTTP",
        "CSimdJSON": "JSON", "CJail": "Jail", "CSeccomp": "Sandbox", "CCrypto": "Digest",
        "CSQLite": "ToolRuntime", "CGit2": "ToolRuntime", "CXXHash": "JailTools", "CGumbo": "JailTools",
    ]

    /// Modules of the toolchain that bring no run time of their own.
    static let free: Set<String> = ["Synchronization"]

    static func findings(in file: SourceFile) -> [Finding] {
        guard let own = number[file.module] else {
            return [
                Finding(
                    path: file.path, line: 1,
                    advice: "module \(file.module) has no layer; give it one in \(#fileID) and docs/architecture.md")
            ]
        }
        return imports(in: file).compactMap { line, name in
            advice(for: name, from: file.module, at: own).map { Finding(path: file.path, line: line, advice: $0) }
        }
    }

    private static func advice(for name: String, from module: String, at own: Int) -> String? {
        if let owner = owner[name] {
            return module == owner ? nil : "only \(owner) imports \(name); add what you need to \(owner)"
        }
        if free.contains(name) { return nil }
        guard let layer = number[name] else {
            return "\(name) is no part of the house: use LinuxSystem's descriptors, event loop and pool, or extend them"
        }
        return layer < own
            ? nil : "\(module) (layer \(own)) may not import \(name) (layer \(layer)): move what both need further down"
    }

    /// The module that each import names, with its line.
    static func imports(in file: SourceFile) -> [(line: Int, name: String)] {
        var found: [(Int, String)] = []
        for (index, line) in SwiftCode.lines(of: file.text).enumerated() {
            let words = line.split(separator: " ").drop { prefixes.contains(String($0)) || $0.hasPrefix("@") }
            guard words.first == "import" else { continue }
            let named = words.dropFirst().drop { kinds.contains(String($0)) }
            guard let name = named.first?.split(separator: ".").first else { continue }
            found.append((index + 1, String(name)))
        }
        return found
    }

    private static let prefixes: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
}
