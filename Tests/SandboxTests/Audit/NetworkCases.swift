import Sandbox

extension AuditCase {
    private static func hosts(_ text: String) -> String { "network: { allow: [\"\(text)\"] }" }

    static let network: [AuditCase] = [
        AuditCase("network.wildcard", hosts("*:443"), near: hosts("*.example.org:443"), .high),
        AuditCase(
            "network.wildcard", "tools: { WebFetch: { network: { allow: [\"*:443\"] } } }",
            near: "tools: { WebFetch: { enabled: false, network: { allow: [\"*:443\"] } } }", .medium),
        AuditCase("network.public_suffix", hosts("*.com:443"), near: hosts("*.example.com:443"), .high),
        AuditCase("network.public_suffix", hosts("*.github.io:443"), near: hosts("*.me.github.io:443"), .medium),
        AuditCase("network.private_address", hosts("169.254.169.254:80"), near: hosts("example.org:443"), .critical),
        AuditCase("network.private_address", hosts("10.0.0.7:443"), near: hosts("ten.example.org:443"), .medium),
        AuditCase("network.private_address", hosts("9.9.9.9:443"), near: hosts("nine.example.org:443"), .low),
        AuditCase("network.any_port", hosts("example.org:*"), near: hosts("example.org:443"), .medium),
        // Without a port, the one of HTTPS is meant, as everywhere.
        AuditCase("network.any_port", hosts("*.example.org:*"), near: hosts("example.org"), .medium),
        AuditCase("network.user_content", hosts("gist.github.com:443"), near: hosts("docs.example.org:443"), .medium),
        AuditCase("network.user_content", hosts("*.github.com:443"), near: hosts("*.github.example:443"), .medium),
        AuditCase("network.plain_http", hosts("example.org:80"), near: hosts("example.org:443"), .medium),
        AuditCase(
            "network.local_socket", "filesystem: { read: [/run] }", near: "filesystem: { read: [/usr] }", .critical
        )
        .on { $0.special["/run/docker.sock"] = .socket },
        AuditCase(
            "network.local_socket", "filesystem: { read: [/run/user/77] }",
            near: "filesystem: { read: [/run/user/78] }", .high
        ).on { machine in
            machine.machine.folder("/run/user/77")
            machine.special["/run/user/77/bus"] = .socket
        },
        AuditCase(
            "network.local_socket", "environment: { pass: [SSH_AUTH_SOCK] }", near: "environment: { pass: [SSH_TTY] }",
            .medium),
        AuditCase(
            "network.credentials", "environment: { pass: [GITHUB_TOKEN] }\n\(hosts("api.github.com:443"))",
            near: "environment: { pass: [GITHUB_TOKEN] }", .high),
        AuditCase(
            "network.credentials", "environment: { pass: [GITHUB_TOKEN] }\n\(hosts("example.org:443"))",
            near: "environment: { pass: [GITHUB_ACTOR] }\n\(hosts("example.org:443"))", .medium),
        AuditCase(
            "network.unfiltered_client", "commands: { allow: [curl] }\nenvironment: { pass: [API_TOKEN] }\n\(net)",
            near: "commands: { allow: [cat] }\nenvironment: { pass: [API_TOKEN] }\n\(net)", .high),
    ]
}
