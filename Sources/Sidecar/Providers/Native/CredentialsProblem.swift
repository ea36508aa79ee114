/// Why credentials cannot be used. Without words of a file's own, which are secrets.
struct CredentialsProblem: Error { let reason: String }
