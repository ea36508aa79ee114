/// Where keys, tokens and passwords are kept.
enum Secrets {
    /// Below the home folder.
    static let home = [
        ".ssh", ".gnupg", ".aws", ".azure", ".config/gcloud", ".config/gh", ".config/hub", ".config/doctl", ".kube",
        ".docker", ".netrc", ".npmrc", ".pypirc", ".yarnrc.yml", ".cargo/credentials.toml", ".gem/credentials",
        ".git-credentials", ".config/git/credentials", ".password-store", ".local/share/keyrings", ".pki",
        ".vault-token",
        ".terraform.d/credentials.tfrc.json", ".pgpass", ".my.cnf", ".boto", ".s3cfg", ".config/rclone",
        ".m2/settings.xml",
        ".gradle/gradle.properties", ".config/op", ".bash_history", ".zsh_history", ".python_history", ".psql_history",
        ".mozilla", ".config/google-chrome", ".config/chromium", ".config/BraveSoftware", ".thunderbird", ".claude",
        ".claude.json", ".codex", ".gemini", ".config/sidecar", ".local/state/sidecar",
    ]

    static let system = [
        "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/ssl/private", "/etc/krb5.keytab", "/etc/ssh", "/root",
        "/var/lib/private", "/var/run/secrets", "/run/secrets", "/etc/kubernetes", "/etc/wireguard",
    ]

    /// Names in a workspace.
    static let workspace = [
        ".env", ".env.local", ".env.production", ".env.development", "credentials.json", "secrets.yaml", "id_rsa",
        "terraform.tfstate", "service-account.json", ".netrc",
    ]

    /// What a variable's name says when it holds a key.
    static func isCredential(_ name: String) -> Bool {
        let words = name.uppercased().split(separator: "_")
        if words.contains(where: {
            ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIALS", "APIKEY", "PAT"].contains($0)
        }) {
            return true
        }
        return words.count > 1 && words.last == "KEY" && !["PUBLIC", "SSH"].contains(words[words.count - 2])
    }
}
