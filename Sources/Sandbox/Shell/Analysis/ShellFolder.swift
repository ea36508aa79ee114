/// Where a command of a script starts, as far as the text tells: one of a few folders, or any.
package struct ShellFolder: Sendable, Equatable {
    /// From the root, or from where the script starts (then without a slash in front). nil: anywhere.
    package private(set) var places: [String]? = [""]

    package init() {}

    static let unknown = ShellFolder(places: nil)

    private init(places: [String]?) { self.places = places }

    /// More than anybody reads.
    private static let placesMax = 4

    /// After `cd path`. That it fails is left out: then the commands behind it are not meant either.
    func going(_ path: String) -> ShellFolder {
        ShellFolder(places: places?.map { Self.join($0, path) })
    }

    /// Where one of two ways led.
    func or(_ other: ShellFolder) -> ShellFolder {
        guard let places, let others = other.places else { return .unknown }
        let all = places + others.filter { !places.contains($0) }
        return all.count > Self.placesMax ? .unknown : ShellFolder(places: all)
    }

    /// By the text, as `cd` does it: `..` takes the last name away.
    private static func join(_ base: String, _ path: String) -> String {
        let isAbsolute = path.hasPrefix("/") || base.hasPrefix("/")
        var names: [Substring] = []
        for name in (path.hasPrefix("/") ? path : "\(base)/\(path)").split(separator: "/") where name != "." {
            if name == "..", let last = names.last, last != ".." {
                names.removeLast()
            } else if name != ".." || !isAbsolute {
                names.append(name)
            }
        }
        return (isAbsolute ? "/" : "") + names.joined(separator: "/")
    }
}
