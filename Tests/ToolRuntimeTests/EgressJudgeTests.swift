import LinuxSystem
import Sandbox
import Testing

@testable import ToolRuntime

@Suite struct EgressJudgeTests {
    private func allowed(_ allow: [String], _ host: String, _ port: UInt16) throws -> String? {
        let judge = EgressJudge(try networkRules(allow))
        let host = try HostName(host)
        do throws(EgressDenial) {
            return try judge.rule(for: host, port: port).name
        } catch {
            #expect(error.rule == "network.allow" && error.addition == "network:\n  allow: [\"\(error.target)\"]")
            return nil
        }
    }

    @Test(arguments: [
        ("example.org", true), ("a.example.org", false), ("evil-example.org", false), ("evilexample.org", false),
        ("example.org.evil.com", false), ("example.or", false), ("org", false),
    ])
    func `A name is granted as a whole`(_ host: String, _ isAllowed: Bool) throws {
        #expect(try allowed(["example.org:443"], host, 443) == (isAllowed ? "network.allow[0]" : nil))
        #expect(try allowed(["example.org:443"], host, 80) == nil)
        #expect(try allowed(["example.org:443"], host, 444) == nil)
    }

    @Test(arguments: [
        ("a.example.org", true), ("a.b.example.org", true), ("example.org", false), ("evil-example.org", false),
        ("evilexample.org", false), ("a.example.org.evil.com", false), ("127.0.0.1", false),
    ])
    func `A star stands for whole labels`(_ host: String, _ isAllowed: Bool) throws {
        #expect(try allowed(["*.example.org:443"], host, 443) == (isAllowed ? "network.allow[0]" : nil))
    }

    @Test(arguments: ["localhost", "db", "db.internal", "metadata.google.internal", "printer.local", "10.0.0.1", "::1"])
    func `A star alone grants no place of this machine or its network`(_ host: String) throws {
        #expect(try allowed(["*:*"], host, 443) == nil)
        let own = host.contains(":") ? "[\(host)]:443" : "\(host):443"
        #expect(try allowed(["*:*", own], host, 443) == "network.allow[1]")
    }

    @Test func `The first rule that covers it is named, and no rules are no network`() throws {
        #expect(try allowed(["a.org:443", "*:443"], "a.org", 443) == "network.allow[0]")
        #expect(try allowed([], "a.org", 443) == nil)
    }

    // MARK: Addresses

    @Test(arguments: [
        ("0.0.0.0", "unspecified"), ("0.1.2.3", "unspecified"), ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"), ("10.1.2.3", "privateNetwork"), ("172.16.0.1", "privateNetwork"),
        ("172.31.255.255", "privateNetwork"), ("192.168.1.1", "privateNetwork"), ("100.64.0.1", "carrier"),
        ("100.127.255.255", "carrier"), ("169.254.1.1", "linkLocal"), ("169.254.169.254", "metadata"),
        ("169.254.170.2", "metadata"), ("100.100.100.200", "metadata"), ("192.0.0.192", "metadata"),
        ("168.63.129.16", "metadata"), ("fd00:ec2::254", "metadata"), ("224.0.0.1", "multicast"),
        ("239.1.1.1", "multicast"), ("255.255.255.255", "reserved"), ("240.0.0.1", "reserved"),
        ("192.0.2.1", "reserved"), ("198.18.0.1", "reserved"), ("203.0.113.9", "reserved"), ("::", "unspecified"),
        ("::1", "loopback"), ("fe80::1", "linkLocal"), ("fc00::1", "privateNetwork"), ("fdff::1", "privateNetwork"),
        ("fec0::1", "privateNetwork"), ("ff02::1", "multicast"), ("2001:db8::1", "reserved"), ("2001::1", "reserved"),
        ("::127.0.0.1", "reserved"), ("::ffff:127.0.0.1", "loopback"), ("::ffff:169.254.169.254", "metadata"),
        ("64:ff9b::7f00:1", "loopback"), ("64:ff9b::a9fe:a9fe", "metadata"), ("64:ff9b::10.0.0.1", "privateNetwork"),
        ("64:ff9b:1::1", "reserved"), ("2002:7f00:1::1", "loopback"), ("2002:a00:1::", "privateNetwork"),
        ("2002:a9fe:a9fe::1", "metadata"), ("100::1", "reserved"), ("4000::1", "reserved"),
    ])
    func `Addresses that are not public are known by kind`(_ text: String, _ kind: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressKind(address).map { "\($0)" } == kind)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.1", "169.253.1.1", "172.15.255.255", "172.32.0.0", "192.167.1.1", "223.255.255.255",
        "2606:4700::1111", "2a00:1450:4001::200e", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8",
    ])
    func `Public addresses are public`(_ text: String) throws {
        #expect(AddressKind(try #require(IPAddress(text))) == nil)
    }

    private func objection(
        _ allow: [String], _ host: String, _ address: String, port: UInt16 = 443
    ) throws -> EgressDenial? {
        let judge = EgressJudge(try networkRules(allow))
        let host = try HostName(host)
        let rule = try judge.rule(for: host, port: port)
        return judge.objection(to: try #require(IPAddress(address)), of: host, port: port, granted: rule)
    }

    @Test func `What a public name leads to must be public, or listed itself`() throws {
        #expect(try objection(["a.org:443"], "a.org", "8.8.8.8") == nil)
        let denial = try #require(try objection(["a.org:443"], "a.org", "10.0.0.5"))
        #expect(denial.rule == "network.allow[0]" && denial.place?.line == 10)
        #expect(
            denial.detail == "`a.org:443` grants the name, but it leads to 10.0.0.5, an address of a private network")
        #expect(denial.addition == "network:\n  allow: [\"10.0.0.5:443\"]")
        #expect(try objection(["a.org:443", "10.0.0.5:443"], "a.org", "10.0.0.5") == nil)
        #expect(try objection(["a.org:443", "10.0.0.5:443"], "a.org", "::ffff:10.0.0.5") == nil)
        #expect(try objection(["a.org:443", "10.0.0.5:444"], "a.org", "10.0.0.5") != nil)
        #expect(try objection(["a.org:443", "10.0.0.6:443"], "a.org", "10.0.0.5") != nil)
    }

    @Test func `A name that cannot be public may lead into a private network, and not to the metadata service`() throws
    {
        #expect(try objection(["localhost:443"], "localhost", "127.0.0.1") == nil)
        #expect(try objection(["localhost:443"], "localhost", "::1") == nil)
        #expect(try objection(["db.internal:443"], "db.internal", "10.0.0.5") == nil)
        #expect(try objection(["db.internal:443"], "db.internal", "169.254.169.254") != nil)
        #expect(try objection(["db.internal:443", "169.254.169.254:443"], "db.internal", "169.254.169.254") == nil)
    }

    @Test func `Nothing leads to no address, to everybody's, or to one that only looks public`() throws {
        #expect(try objection(["0.0.0.0:443"], "0.0.0.0", "0.0.0.0") != nil)
        #expect(try objection(["localhost:443"], "localhost", "0.0.0.0")?.addition == nil)
        #expect(try objection(["224.0.0.1:443"], "224.0.0.1", "224.0.0.1") != nil)
        #expect(try objection(["*:443"], "168.63.129.16", "168.63.129.16") != nil)
        #expect(try objection(["168.63.129.16:443"], "168.63.129.16", "168.63.129.16") == nil)
    }
}
