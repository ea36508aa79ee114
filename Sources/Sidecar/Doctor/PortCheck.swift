package import Sandbox

package enum PortCheck {
    /// `holder` is nil when nobody listens there.
    package static func finding(address: String, holder: PortHolder?) -> Finding {
        let id = "port.listen"
        let group = "ports"
        guard let holder else {
            return Finding(id: id, group: group, status: .ok, title: "listen", detail: "\(address) is free")
        }
        if holder.isSidecar {
            return Finding(
                id: id, group: group, status: .ok, title: "listen", detail: "\(address) is served by \(holder)")
        }
        return Finding(
            id: id, group: group, status: .fail, title: "listen", detail: "\(address) is taken by \(holder)",
            mend: "stop that, or serve elsewhere: sidecar serve --listen HOST:PORT")
    }
}

extension PortCheck {
    package static func examine(_ listen: ListenAddress) -> Finding {
        finding(address: listen.description, holder: PortHolder.find(listen))
    }
}
