internal import LinuxSystem

/// Why we cannot listen, in words that help.
enum PortTaken {
    static func explain(_ error: SystemError, _ address: SocketAddress) -> String {
        if error.isAddressInUse {
            return "\(address) is taken; choose another with --listen"
        }
        if error.isPermissionDenied {
            return "\(address) may not be listened on by this user: ports below 1024 are the administrator's; try --listen \(address.host):3456"
        }
        return "cannot listen on \(address): \(error.reason)"
    }
}
