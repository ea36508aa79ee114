/// Hosts that are more than the one who owns their name.
enum KnownHosts {
    /// Names below which anybody can have one: a wildcard there is a wildcard for anybody.
    static let shared: Set<String> = [
        "co.uk", "org.uk", "ac.uk", "gov.uk", "com.au", "net.au", "org.au", "co.nz", "co.jp", "or.jp", "ne.jp",
        "com.br",
        "com.cn", "com.tr", "com.mx", "co.in", "co.kr", "co.za", "com.sg", "com.hk", "com.tw", "eu.org", "us.com",
        "github.io", "githubusercontent.com", "gitlab.io", "pages.dev", "workers.dev", "r2.dev", "netlify.app",
        "vercel.app",
        "web.app", "firebaseapp.com", "herokuapp.com", "fly.dev", "onrender.com", "railway.app", "surge.sh",
        "glitch.me",
        "repl.co", "replit.app", "deno.dev", "blogspot.com", "wordpress.com", "appspot.com", "run.app",
        "cloudfunctions.net",
        "amazonaws.com", "s3.amazonaws.com", "cloudfront.net", "elasticbeanstalk.com", "execute-api.amazonaws.com",
        "on.aws", "azurewebsites.net", "azureedge.net", "cloudapp.azure.com", "blob.core.windows.net", "windows.net",
        "googleapis.com", "googleusercontent.com", "digitaloceanspaces.com", "backblazeb2.com", "ngrok.io",
        "ngrok-free.app",
        "trycloudflare.com", "loca.lt", "duckdns.org", "no-ip.org", "dyndns.org", "nip.io", "sslip.io", "myshopify.com",
    ]

    /// Hosts that keep what anybody sends them, with what they are.
    static let userContent: [(host: String, what: String)] = [
        ("gist.github.com", "texts of anybody"), ("gist.githubusercontent.com", "texts of anybody"),
        ("raw.githubusercontent.com", "files of anybody"), ("api.github.com", "texts and files of anybody, by API"),
        ("github.com", "repositories of anybody"), ("gitlab.com", "repositories of anybody"),
        ("bitbucket.org", "repositories of anybody"), ("codeberg.org", "repositories of anybody"),
        ("pastebin.com", "texts of anybody"), ("paste.ee", "texts of anybody"), ("hastebin.com", "texts of anybody"),
        ("dpaste.com", "texts of anybody"), ("ix.io", "texts of anybody"), ("transfer.sh", "files of anybody"),
        ("file.io", "files of anybody"), ("0x0.st", "files of anybody"), ("catbox.moe", "files of anybody"),
        ("webhook.site", "a mailbox for requests"), ("requestbin.com", "a mailbox for requests"),
        ("pipedream.net", "a mailbox for requests"), ("interact.sh", "a mailbox for requests"),
        ("hooks.slack.com", "messages"), ("slack.com", "messages"), ("discord.com", "messages"),
        ("api.telegram.org", "messages"), ("s3.amazonaws.com", "storage of anybody"),
        ("storage.googleapis.com", "storage of anybody"), ("drive.google.com", "files of anybody"),
        ("docs.google.com", "texts of anybody"), ("dropbox.com", "files of anybody"),
        ("huggingface.co", "files of anybody"),
        ("x.blob.core.windows.net", "storage of anybody"), ("x.s3.amazonaws.com", "storage of anybody"),
        ("x.ngrok.io", "a way into anybody's machine"), ("x.trycloudflare.com", "a way into anybody's machine"),
        ("x.workers.dev", "programs of anybody"), ("x.github.io", "pages of anybody"),
    ]

    /// Addresses at which clouds hand out keys to whoever asks from within.
    static let metadata: Set<String> = [
        "169.254.169.254", "169.254.170.2", "[fd00:ec2::254]", "100.100.100.200", "metadata.google.internal",
        "instance-data.ec2.internal", "metadata.azure.internal",
    ]

    /// Ports of protocols that are not encrypted.
    static let plainPorts: [UInt16: String] = [
        80: "HTTP", 8080: "HTTP", 8000: "HTTP", 8008: "HTTP", 21: "FTP", 23: "Telnet", 25: "SMTP", 69: "TFTP",
        110: "POP3",
        143: "IMAP", 389: "LDAP", 873: "rsync",
    ]

    /// Sockets of services that act for whoever reaches them.
    static let sockets: [(path: String, what: String, severity: AuditSeverity)] = [
        ("/var/run/docker.sock", "docker, which is root on this machine", .critical),
        ("/run/docker.sock", "docker, which is root on this machine", .critical),
        ("/run/containerd/containerd.sock", "containerd, which is root on this machine", .critical),
        ("/run/podman/podman.sock", "podman", .critical), ("/var/run/crio/crio.sock", "CRI-O", .critical),
        ("/run/dbus/system_bus_socket", "D-Bus, by which services are asked for things", .high),
        ("/run/systemd/private", "systemd", .high), ("/tmp/.X11-unix", "the screen and the keyboard", .high),
        ("/run/user/*/bus", "the session's D-Bus, which starts programs", .high),
        ("/run/user/*/gnupg", "gpg's agent, which signs", .high), ("/var/run/libvirt", "virtual machines", .high),
    ]

    /// Variables that lead to such a socket.
    static let socketVariables: [String: String] = [
        "SSH_AUTH_SOCK": "the agent that holds SSH keys", "DBUS_SESSION_BUS_ADDRESS": "the session's D-Bus",
        "DOCKER_HOST": "docker", "GPG_AGENT_INFO": "gpg's agent", "CONTAINER_HOST": "podman",
        "XDG_RUNTIME_DIR": "the sockets of the session", "WAYLAND_DISPLAY": "the screen", "DISPLAY": "the screen",
        "XAUTHORITY": "the key to the screen",
    ]

    /// Which hosts take a credential, by the beginning of the variable's name.
    static let credentialHosts: [(prefix: String, host: String)] = [
        ("GITHUB", "api.github.com"), ("GH_", "api.github.com"), ("GITLAB", "gitlab.com"), ("AWS", "sts.amazonaws.com"),
        ("AZURE", "login.microsoftonline.com"), ("GOOGLE", "oauth2.googleapis.com"), ("ANTHROPIC", "api.anthropic.com"),
        ("OPENAI", "api.openai.com"), ("SLACK", "slack.com"), ("HF_", "huggingface.co"),
        ("CLOUDFLARE", "api.cloudflare.com"),
        ("STRIPE", "api.stripe.com"), ("DIGITALOCEAN", "api.digitalocean.com"),
    ]
}

extension HostPattern {
    /// Whether a host may be reached on some port.
    func reaches(_ name: String) -> Bool {
        guard let name = try? HostName(name) else { return false }
        let number: UInt16 = if case .exact(let own) = port { own } else { HostPattern.defaultPort }
        return covers(name, port: number)
    }
}
