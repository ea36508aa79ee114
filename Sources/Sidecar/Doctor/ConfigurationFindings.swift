package import Sandbox
internal import YAML

/// Which configuration is in force, and what is wrong with it.
package enum ConfigurationFindings {
    private static let group = "configuration"

    package static func findings(_ result: Result<LoadedConfiguration, ConfigurationError>) -> [Finding] {
        switch result {
        case .success(let loaded):
            let file = loaded.file.map { "\($0) is valid" }
            return [
                Finding(
                    id: "configuration.file", group: group, status: .ok, title: "file",
                    detail: file ?? "none found: everything has its default")
            ]
        case .failure(let error):
            return error.problems.enumerated().map { index, problem in
                Finding(
                    id: "configuration.problem.\(index + 1)", group: group, status: .fail, title: "problem",
                    detail: problem.description, mend: index == 0 ? "mend it, then: sidecar config check" : nil)
            }
        }
    }
}
