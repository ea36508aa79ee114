/// The rules on arguments, each against something that somebody has done. Only 32 bits of an argument count where the
/// kernel takes an int: a comparison of all 64 could be passed by with a bit that the kernel then ignores.
enum ArgumentRules {
    typealias Rule = SystemCallRule
    typealias Condition = SystemCallRule.Condition

    enum Errno {
        static let notPermitted: UInt16 = 1
        static let accessDenied: UInt16 = 13
        static let familyNotSupported: UInt16 = 97
    }

    static let always = clone + modes + nodes + memoryFiles + personality + terminals + pairs + filters

    private static let int: UInt64 = 0xffff_ffff

    /// Allowed while none of the bits is set; refused, each, when one is.
    private static func withoutBits(
        _ name: String, _ argument: UInt32, _ bits: [UInt64], _ others: Condition...
    ) -> [Rule] {
        let all = bits.reduce(0, |)
        var allow = Rule(name, .allow, Condition(argument, all, 0))
        allow.conditions += others
        return [allow]
            + bits.map { bit in
                var rule = Rule(name, .refuse(Errno.notPermitted), Condition(argument, bit, bit))
                rule.conditions += others
                return rule
            }
    }

    /// New namespaces: every CLONE_NEW… bit. `clone3` hides its flags behind a pointer and is not there at all, upon which
    /// libraries take `clone`.
    private static let clone = withoutBits(
        "clone", 0, [0x80, 0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000])

    // MARK: Files that give others our rights

    private static let setBits: [UInt64] = [0o4000, 0o2000]
    /// O_CREAT and O_TMPFILE's own bit: without them the mode is whatever the register held.
    private static let (create, temporary): (UInt64, UInt64) = (0o100, 0o2000_0000)

    static let modes =
        withoutBits("chmod", 1, setBits) + withoutBits("fchmod", 1, setBits) + withoutBits("fchmodat", 2, setBits)
        + withoutBits("creat", 1, setBits) + opening("open", flags: 1) + opening("openat", flags: 2)

    private static func opening(_ name: String, flags: UInt32) -> [Rule] {
        let making = create | temporary
        return [Rule(name, .allow, Condition(flags, making, 0))]
            + [create, temporary, making].flatMap { made in
                withoutBits(name, flags + 1, setBits, Condition(flags, making, made))
            }
    }

    /// S_IFMT: regular files, FIFOs and sockets; no devices.
    private static let nodes = nodes("mknod", mode: 1) + nodes("mknodat", mode: 2)

    private static func nodes(_ name: String, mode: UInt32) -> [Rule] {
        [0, 0o100000, 0o10000, 0o140000].flatMap { kind in
            withoutBits(name, mode, setBits, Condition(mode, 0o170000, kind))
        } + [0o20000, 0o60000].map { Rule(name, .refuse(Errno.notPermitted), Condition(mode, 0o170000, $0)) }
    }

    /// MFD_NOEXEC_SEAL must be asked for: Landlock does not see what is executed from memory.
    private static let memoryFiles = [
        Rule("memfd_create", .allow, Condition(1, 8, 8)),
        Rule("memfd_create", .refuse(Errno.accessDenied), Condition(1, 8, 0)),
    ]

    /// The one that everybody has, and asking which it is.
    private static let personality = [
        Rule("personality", .allow, Condition(0, int, 0)), Rule("personality", .allow, Condition(0, int, int)),
    ]

    /// SECCOMP_FILTER_FLAG_NEW_LISTENER: who answers his own filter's questions can let calls go on that an older one asks about.
    /// The kernel has room for one listener only, and should not have to be relied on for that.
    private static let filters = withoutBits("seccomp", 1, [8])

    // MARK: Terminals and devices

    /// Asking and setting up; FIONREAD and its like; copies of files that share their blocks; interfaces of the network.
    private static let harmlessRequests: [UInt64] =
        Array(0x5401...0x540d) + [0x540f, 0x5410, 0x5411, 0x5413, 0x5414, 0x541b, 0x5421, 0x5429]
        + [0x5450, 0x5451, 0x5452, 0x5460, 0x802c_542a, 0x8008_6601, 0x8004_6601, 0xc020_660b]
        + [0x4004_9409, 0x4020_940d, 0xc018_9436] + [0x8910, 0x8912, 0x8913, 0x8915, 0x891b, 0x8927, 0x8933]

    /// Typing for somebody else: TIOCSTI, TIOCLINUX; taking a terminal: TIOCSCTTY, TIOCCONS.
    private static let terminals =
        harmlessRequests.map { Rule("ioctl", .allow, Condition(1, int, $0)) }
        + [0x5412, 0x541c, 0x540e, 0x541d].map { Rule("ioctl", .refuse(Errno.notPermitted), Condition(1, int, $0)) }

    // MARK: Sockets

    enum Family: UInt64 {
        case unix = 1
        case internet = 2
        case internet6 = 10
        case netlink = 16
    }

    static let internet: [Family] = [.internet, .internet6]
    /// AF_MAX and some to come.
    static let allFamilies = Array(UInt64(0)...63)

    /// Two ends, both in here.
    private static let pairs = [Rule("socketpair", .allow, Condition(0, int, Family.unix.rawValue))]

    static func sockets(families: [Family], refused: [UInt64] = allFamilies) -> [Rule] {
        let allowed = families.flatMap { family -> [Rule] in
            switch family {
            // SOCK_STREAM and SOCK_DGRAM; nothing raw.
            case .internet, .internet6: [1, 2].map { socket(family, Condition(1, 0xf, $0)) }
            case .unix: [socket(family)]
            // NETLINK_ROUTE, to ask for addresses.
            case .netlink: [socket(family, Condition(2, int, 0))]
            }
        }
        let rest = refused.filter { number in !families.contains { $0.rawValue == number } }
        return allowed
            + rest.flatMap { family -> [Rule] in
                let rule = Rule("socket", .refuse(Errno.familyNotSupported), Condition(0, int, family))
                return family == Family.unix.rawValue ? [withBlocking(rule), withoutBlocking(rule)] : [rule]
            }
    }

    /// SOCK_NONBLOCK. The C library asks a name service so (nscd) whenever it looks for a user, in every shell.
    private static let nonblocking: UInt64 = 0x800

    private static func withBlocking(_ rule: Rule) -> Rule {
        var rule = rule
        rule.conditions.append(Condition(1, nonblocking, 0))
        return rule
    }

    private static func withoutBlocking(_ rule: Rule) -> Rule {
        var rule = rule
        rule.conditions.append(Condition(1, nonblocking, nonblocking))
        rule.isQuiet = true
        return rule
    }

    private static func socket(_ family: Family, _ more: Condition...) -> Rule {
        var rule = Rule("socket", .allow, Condition(0, int, family.rawValue))
        rule.conditions += more
        return rule
    }
}
