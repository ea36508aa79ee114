/// Every attempt, in the order in which they are made and told.
package enum EscapeCatalog {
    package static let all: [EscapeAttempt] =
        files + programs + network + egress + processes + proc + limits + kernel + privileges + environment + terminal
        + git
        + agents + workers
}
