internal import LinuxSystem

/// Why we cannot listen, in words that help.
enum PortTaken {
    static func explain(_ error: SystemError, _ address: SocketAddress) -> String {
        if error.isAddressInUse {
            let holder = PortHolder.find(host: address.host, port: address.port)
            let who = holder.map { "is taken by \($0)" } ?? "is taken"
            let mend = holder?.isSidecar == true ? "`sidecar stop` ends it, or choose" : "choose"
            return "\(address) \(who); \(mend) another with --listen"
        }
        if error.isPermissionDenied {
            return "\(address) may not be listened on by this user: ports below 1024 are the administrator's; "
                + "try --listen \(address.host):3456"
        }
        return "cannot listen on \(address): \(error.reason)"
    }
}
