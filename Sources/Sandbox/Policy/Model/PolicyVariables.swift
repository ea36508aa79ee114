internal import YAML

/// What the variables of a policy stand for in a run.
package struct PolicyVariables: Sendable, Equatable {
    package var workspace: NormalPath
    package var home: NormalPath
    /// Private to the run.
    package var tmp: NormalPath

    package init(workspace: NormalPath, home: NormalPath, tmp: NormalPath) {
        self.workspace = workspace
        self.home = home
        self.tmp = tmp
    }

    package static let names = ["workspace", "home", "tmp"]

    func path(of variable: PathPattern.Variable) -> NormalPath {
        switch variable {
        case .workspace: workspace
        case .home: home
        case .tmp: tmp
        }
    }

    /// Refuses variables that there are not, in a text where some may stand.
    static func check(_ text: String) throws(ValueError) {
        for piece in text.split(separator: "${", omittingEmptySubsequences: false).dropFirst() {
            let name = String(piece.prefix { $0 != "}" })
            guard !names.contains(name) else { continue }
            throw ValueError(
                "has an unknown variable ${\(name)}; there are ${workspace}, ${home} and ${tmp}"
                    + NearestName.hint(for: name, among: names))
        }
    }

    /// Replaces the variables in a text of `expect` or `environment.set`.
    package func expand(_ text: String) -> String {
        var result = text
        for name in Self.names {
            guard let variable = PathPattern.Variable(rawValue: name) else { continue }
            result = result.split(separator: "${\(name)}", omittingEmptySubsequences: false)
                .joined(separator: path(of: variable).text)
        }
        return result
    }
}
