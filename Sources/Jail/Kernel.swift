internal import CJail
internal import Confinement
internal import LinuxSystem

/// What a function of CJail returned, as a value or as the step that failed.
enum Kernel {
    @discardableResult
    static func step(_ step: JailStep, _ subject: String = "", _ result: Int) throws(FailedAnswer) -> Int {
        if result < 0 { throw FailedAnswer(step, code: Int32(-result), subject: subject) }
        return result
    }

    static func descriptor(_ step: JailStep, _ subject: String = "", _ result: Int) throws(FailedAnswer) -> Descriptor {
        Descriptor(owning: Int32(try self.step(step, subject, result)))
    }
}

extension Descriptor {
    borrowing func describe(_ step: JailStep, _ subject: String) throws(FailedAnswer) -> cjail_file {
        var file = cjail_file()
        try Kernel.step(step, subject, cjail_describe(raw, &file))
        return file
    }

    borrowing func mustBe(_ expected: ExpectedFile, _ path: String) throws(FailedAnswer) {
        let found = try describe(.buildView, path)
        if expected.device != found.device || expected.inode != found.inode {
            throw FailedAnswer(.buildView, code: SystemError.stale, subject: path)
        }
    }
}
