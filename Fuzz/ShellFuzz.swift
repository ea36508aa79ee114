// modules: Sandbox
//
// The shell parser on any bytes: no crash, no endless run, limits kept, every position inside of the text; what was
// accepted can be shown, in lines that nothing of the script breaks.

internal import Sandbox

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    for dialect in [ShellDialect.bash, .portable] { ShellFuzz.run(bytes, dialect) }
    return 0
}

private enum ShellFuzz {
    /// Small, so that the fuzzer meets them often.
    static let limits: ShellLimits = {
        var limits = ShellLimits()
        limits.depthMax = 20
        limits.nodesMax = 500
        limits.runDepthMax = 5
        limits.copiedBytesMax = 100_000
        return limits
    }()

    static func run(_ bytes: [UInt8], _ dialect: ShellDialect) {
        do throws(ShellSyntaxError) {
            let script = try ShellScript(parsing: bytes, dialect: dialect, limits: limits)
            let program = try ShellProgram(script, limits: limits)
            var lines = program.influences.count
            for run in program.everyRun {
                lines += 1
                precondition((0...bytes.count).contains(run.start.offset), "begins outside of the text")
                precondition(
                    run.start.offset <= run.end.offset && run.end.offset <= bytes.count, "ends before it begins")
                precondition(run.start.line >= 1 && run.start.column >= 1)
            }
            let text = program.text
            precondition(text.utf8.count { $0 == UInt8(ascii: "\n") } == lines, "a line is broken")
            precondition(
                text.utf8.allSatisfy { $0 == UInt8(ascii: "\n") || $0 >= 0x20 }, "a control character is shown")
            _ = program.json
        } catch {
            precondition((0...bytes.count).contains(error.offset) && error.line >= 1 && error.column >= 1)
            precondition(!error.message.isEmpty)
        }
    }
}
