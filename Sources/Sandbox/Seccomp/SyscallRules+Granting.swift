extension SyscallRules {
    /// Whether the filter made of these rules lets a call through, at least with some arguments.
    package func grants(_ name: String) -> Bool {
        let lists = SystemCallLists(SeccompProfile(rawValue: profile?.value.rawValue ?? "") ?? .default)
        if deny.contains(where: { $0.value == name }) { return false }
        return lists.allowed.contains(name) || allow.contains { $0.value == name }
            || lists.conditional.contains { $0.name == name }
    }
}
