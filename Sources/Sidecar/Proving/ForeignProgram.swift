internal import LinuxSystem
internal import Sandbox

/// A program of this host that the policy does not grant, with words that make it write the number of the proof.
struct ForeignProgram: Sendable, Equatable {
    let path: String
    let arguments: [String]
    /// Two lines at most: what makes a script of it.
    let script: String

    /// In what it writes, and in no script and no message.
    let marker: String

    /// Written by our own program, and by what is compiled or written for an attempt.
    static let ownMarker = "3406284"

    private struct Known {
        let name: String
        let arguments: [String]
        let script: String
        let marker: String
    }

    private static let known = [
        Known(name: "perl", arguments: ["-le", "print+1764*1931"], script: "\\nprint 1764*1931", marker: ownMarker),
        Known(name: "factor", arguments: ["3406284"], script: " 3406284\\n", marker: "3 3 7 7 1931"),
    ]

    /// One that is granted where there is no other: then the policy openly allows what is tried. nil where this host has
    /// none at all.
    static func choose(isGranted: (String) -> Bool) -> ForeignProgram? {
        let here = known.compactMap { known in
            SystemHost().program(named: known.name).map {
                ForeignProgram(
                    path: $0.text, arguments: known.arguments, script: "#!\($0.text)\(known.script)",
                    marker: known.marker)
            }
        }
        return here.first { !isGranted($0.path) } ?? here.first
    }

    func add(to places: inout ProofPlaces) {
        let words = arguments.joined(separator: " ")
        places["foreign"] = path
        places["args"] = words
        places["commas"] = arguments.joined(separator: ",")
        places["call"] = "\(path.split(separator: "/").last ?? "") \(words)"
        places["shebang"] = script
        places["word1"] = arguments.first
        places["word2"] = arguments.dropFirst().first ?? "6"
    }
}
