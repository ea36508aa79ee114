import Sandbox
import Testing

struct SeccompFilterTests {
    @Test(arguments: SeccompProfile.allCases) func `Every profile makes a filter that the kernel can take`(
        _ profile: SeccompProfile
    ) throws {
        let filter = try SeccompFilter(profile)
        #expect(filter.bytes.count % 8 == 0 && filter.bytes.count > 800 && filter.bytes.count < 4096 * 8)
        // The same each time, so that plans can be compared.
        #expect(try SeccompFilter(profile) == filter)
    }

    @Test func `What a policy allows and denies changes it, and deny wins`() throws {
        let plain = try SeccompFilter(.default)
        let more = try SeccompFilter(.default, allow: ["ptrace"])
        #expect(more != plain)
        #expect(try SeccompFilter(.default, allow: ["ptrace"], deny: ["ptrace"]) == plain)
        #expect(try SeccompFilter(.default, deny: ["socket", "open", "clone"]) != plain)
    }

    @Test func `A name that is no system call is an error that says so`() {
        #expect(throws: SeccompError.unknownCall("opne")) { try SeccompFilter(.default, allow: ["opne"]) }
        #expect(throws: SeccompError.unknownCall("")) { try SeccompFilter(.strict, deny: [""]) }
    }

    @Test(arguments: ["io_uring_setup", "execveat", "clone3", "memfd_create"])
    func `What would undo the rest cannot be allowed`(_ name: String) {
        #expect { try SeccompFilter(.wide, allow: [name]) } throws: { error in
            guard case SeccompError.unsafeCall(name, _)? = error as? SeccompError else { return false }
            return true
        }
    }

    @Test func `The calls of this machine are known by name`() {
        #expect(SystemCalls.names.contains("openat") && SystemCalls.names.count > 300)
        #expect(SystemCalls.name(-5) == nil)
    }
}
