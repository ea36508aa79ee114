internal import JSON
internal import LinuxSystem

/// `credential_process`: a program of the user's own that prints a key.
struct AWSProgram: Sendable {
    private let environment: [String: String]
    /// Nobody is here to answer what it might ask.
    private static let time = TimeSpan.seconds(30)

    init(_ environment: [String: String]) { self.environment = environment }

    func run(_ command: String, on loop: EventLoop) async throws(CredentialsProblem) -> AWSAsking.Loan {
        let launch = ProgramLaunch(path: "/bin/sh", arguments: ["-c", command], environment: environment)
        let ran: HostProgram.Ran
        do throws(SystemError) {
            let nothing = try Descriptor.open("/dev/null", .readOnly)
            ran = try await HostProgram.run(launch, input: nothing.raw, on: loop, within: Self.time)
        } catch {
            throw CredentialsProblem(reason: "`credential_process` cannot be run: \(error.reason)")
        }
        guard ran.code == 0 else {
            throw CredentialsProblem(
                reason: ran.wasStopped
                    ? "`credential_process` gave no key in \(Self.time)"
                    : "`credential_process` ended with code \(ran.code)")
        }
        // What it printed holds the key, so nothing of it is quoted.
        guard let value = try? JSONValue(parsing: ran.output), value["Version"]?.int == 1, let key = AWSKey(value)
        else {
            throw CredentialsProblem(
                reason: "`credential_process` printed no key; it must be "
                    + #"{"Version": 1, "AccessKeyId": …, "SecretAccessKey": …, "SessionToken": …, "Expiration": …}"#)
        }
        return AWSAsking.Loan(value: key, seconds: AWSKey.seconds(until: value["Expiration"]?.string))
    }
}

/// A login in a browser, which Amazon's own program did and keeps the token of.
struct AWSLogin {
    let start: String
    let profile: String
    let environment: [String: String]

    func token() throws(CredentialsProblem) -> String {
        let folder = "\(environment["HOME"] ?? "")/.aws/sso/cache"
        for name in (try? Directory.entries(folder)) ?? [] where name.hasSuffix(".json") {
            guard let bytes = try? File.read("\(folder)/\(name)", limit: 1 << 20),
                let value = try? JSONValue(parsing: bytes), value["startUrl"]?.string == start,
                let token = value["accessToken"]?.string, let end = value["expiresAt"]?.string,
                let seconds = CivilTime.secondsSince1970(end), seconds > TokenKeeper.now()
            else { continue }
            return token
        }
        throw CredentialsProblem(
            reason:
                "profile \(profile) logs in in a browser, and no login holds; run `aws sso login --profile \(profile)`")
    }
}
