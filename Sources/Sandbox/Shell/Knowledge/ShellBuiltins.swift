/// The commands that a shell runs itself.
enum ShellBuiltins {
    static func names(_ dialect: ShellDialect) -> Set<String> { dialect == .bash ? bash : common }

    /// Every shell that may be called `sh` has them built in, as far as they are used here.
    private static let common: Set<String> = [
        ".", ":", "[", "alias", "bg", "break", "cd", "command", "continue", "echo", "eval", "exec", "exit", "export",
        "false", "fg", "getopts", "hash", "jobs", "kill", "local", "printf", "pwd", "read", "readonly", "return", "set",
        "shift", "test", "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait",
    ]

    /// Those that a shell called `sh` has if it is bash, and looks for along PATH if it is not.
    static func perhaps(_ dialect: ShellDialect) -> Set<String> { dialect == .bash ? [] : bash }

    private static let bash = common.union([
        "bind", "builtin", "caller", "compgen", "complete", "compopt", "declare", "dirs", "disown", "enable", "fc",
        "help",
        "history", "let", "logout", "mapfile", "popd", "pushd", "readarray", "shopt", "source", "suspend", "typeset",
    ])

    /// The options of a builtin as getopt(3) writes them: a colon for one that takes a value.
    static let options: [String: String] = [
        "read": "ersa:d:i:n:N:p:t:u:", "printf": "v:", "mapfile": "tC:c:d:n:O:s:u:", "readarray": "tC:c:d:n:O:s:u:",
        "unset": "fvn", "wait": "fnp:", "export": "fnp", "readonly": "aAfp", "declare": "aAfFgiIlnrtuxp",
        "typeset": "aAfFgiIlnrtuxp", "local": "aAfFgiIlnrtuxp", "hash": "dlrp:t", "exec": "cla:", "command": "pvV",
        "enable": "adnpsf:", "jobs": "lnprsx", "compgen": "abcdefgjksuvo:A:G:W:F:C:X:P:S:",
        "set": "abefhkmnptuvxBCEHPTo:", "shopt": "psuqo",
    ]
}

/// Options and what stands behind them.
struct ShellOptions {
    /// Letters, or long names; the value where there is one.
    var given: [(name: String, value: ShellValue?)] = []
    /// The index of the first word that is no option.
    var rest = 0
    /// A word was in the way that may be an option, or one that the table does not know.
    var isUncertain = false

    func has(_ name: String) -> Bool { given.contains { $0.name == name } }

    /// Reads them the way getopt_long(3) does with a leading `+`: up to the first word that is none.
    init(_ words: [ShellValue], short: String, long: [String] = [], from first: Int = 1) {
        let letters = Array(short)
        rest = first
        while rest < words.count {
            guard let word = words[rest].known else {
                // Whatever it is, it may begin with a hyphen, unless it begins with something else.
                isUncertain = words[rest].assignedName == nil && !words[rest].isCount
                return
            }
            guard word.hasPrefix("-"), word != "-" else { return }
            rest += 1
            if word == "--" { return }
            if word.hasPrefix("--") {
                takeLong(word.dropFirst(2), words, long)
            } else {
                take(word.dropFirst(), words, letters)
            }
            if isUncertain { return }
        }
    }

    private mutating func takeLong(_ word: Substring, _ words: [ShellValue], _ long: [String]) {
        let name = word.prefix { $0 != "=" }
        let attached = word.contains("=") ? String(word.dropFirst(name.count + 1)) : nil
        guard let entry = long.first(where: { $0.prefix { $0 != "=" && $0 != "?" } == name }) else {
            isUncertain = true
            return
        }
        if let attached {
            given.append((String(name), .known(attached)))
        } else if entry.hasSuffix("=") {
            takeValue(String(name), words)
        } else {
            given.append((String(name), nil))
        }
    }

    private mutating func take(_ cluster: Substring, _ words: [ShellValue], _ letters: [Character]) {
        var rest = cluster
        while let letter = rest.popFirst() {
            guard letter != ":", let place = letters.firstIndex(of: letter) else {
                isUncertain = true
                return
            }
            let takesValue = place + 1 < letters.count && letters[place + 1] == ":"
            guard takesValue else {
                given.append((String(letter), nil))
                continue
            }
            let isOptional = place + 2 < letters.count && letters[place + 2] == ":"
            if !rest.isEmpty || isOptional {
                given.append((String(letter), .known(String(rest))))
            } else {
                takeValue(String(letter), words)
            }
            return
        }
    }

    private mutating func takeValue(_ name: String, _ words: [ShellValue]) {
        guard rest < words.count else {
            given.append((name, nil))
            return
        }
        if words[rest].mayBeSeveral { isUncertain = true }
        given.append((name, words[rest]))
        rest += 1
    }
}
