/// docs/prove.md: every attempt, from the catalog.
package enum ProofReference {
    package static func markdown() -> String {
        var text = """
            # What `sidecar policy prove` tries

            <!-- Written from the attempts in Sources/Sidecar/Proving/Attempts.
                 To renew it: SIDECAR_UPDATE_DOCS=1 swift test --filter GeneratedDocumentsTests -->

            `sidecar policy prove` compiles a policy for a workspace that it makes for itself, starts that jail on this machine, and
            tries to get out of it: \(EscapeCatalog.all.count) attempts. What it works with is a private folder with a
            repository, settings of agents, secrets and traps, and a process beside the jail that is there to be attacked. Nothing of
            yours is touched, and nothing stays behind.

            Each attempt is first made without the jail, as an ordinary user and in a folder of its own, to show that it would have
            worked: that is its control. Where that could harm, it is not done, and the result says so. Then it is made in the jail. What
            can be seen from outside is looked at from outside: whether a file has changed, a connection arrived, a process survived.

            | result | means |
            |---|---|
            | held | it did not work; its control did, or could not be made (`control`: worked, unsafe, not possible here) |
            | broken | it worked, and no rule of the policy allows it: exit code 1 |
            | granted | it worked, or is open to all, by the rule that is named: what you allowed is no way out |
            | inconclusive | it shows nothing: it did not run, or its control failed although it should have worked |

            An attempt for which a program is needed that the policy does not grant is made all the same, and held with the words
            "… is not in the jail". Exit code 0 means that nothing broke, that something was held, and that no group of attempts
            was inconclusive as a whole. Exit code 4: no jail as the policy requires it could be had here.

            What it does not show: that there is no other way. It tries what is known to have worked elsewhere, and tries it on the jail
            that your policy really makes on this kernel. Where it grants hosts, the proxy that reaches them is tried with names of the
            proof's own making: no name server is asked, and nobody else's machine.


            """
        for group in EscapeGroup.allCases {
            let own = EscapeCatalog.all.filter { $0.group == group }
            text += "## \(group.title)\n\n| id | attempt | control |\n|---|---|---|\n"
            for attempt in own { text += "| `\(attempt.id)` | \(attempt.title) | \(control(attempt)) |\n" }
            text += "\n"
        }
        return String(text.dropLast())
    }

    private static func control(_ attempt: EscapeAttempt) -> String {
        switch attempt.control {
        case .works: "must work"
        case .mayWork: "tried"
        case .unsafe(let why): "not made: \(why)"
        }
    }
}
