internal import Confinement
internal import LinuxSystem
internal import Sandbox

/// A program that reads what nobody vouches for, in a jail that holds nothing else: bytes go in on its standard input, bytes come out.
struct LockedAwayProgram {
    let path: String
    /// Which jail, by the name that `ToolJails` has for it.
    let jail: String
    let jails: ToolJails
    let files: OutputFiles
    let loop: EventLoop

    private static let timeMax = TimeSpan.seconds(60)
    private static let errorBytesMax = 16 << 10

    struct Result {
        let end: JailOutcome.End
        let timedOut: Bool
        let output: [UInt8]
        let errors: String
    }

    func run(_ arguments: [String], _ bytes: [UInt8], bytesMax: Int) async throws(JailFailure) -> Result {
        let (jail, compiled) = try await jails.jail(for: jail)
        let name = path.split(separator: "/").last.map { String($0) } ?? path
        let run = JailRun(
            program: path, arguments: [name] + arguments, environment: [:], folder: "/", limits: compiled.limits)
        var output: [UInt8] = []
        var errors: [UInt8] = []
        do throws(SystemError) {
            let out = try PipeReader.start(on: loop) { output.append(contentsOf: $0.prefix(bytesMax - output.count)) }
            let wrong = try PipeReader.start(on: loop) {
                errors.append(contentsOf: $0.prefix(Self.errorBytesMax - errors.count))
            }
            let (outReader, wrongReader) = (out.reader, wrong.reader)
            let streams = RunStreams(
                input: try input(bytes), output: out.onlyWriting(), error: wrong.onlyWriting())
            let limit = min(Self.timeMax, compiled.wall ?? Self.timeMax)
            let outcome = await jail.zygote.begin(run, streams, wall: limit).result()
            outReader.finish()
            wrongReader.finish()
            return Result(
                end: outcome.end, timedOut: outcome.timedOut, output: output,
                errors: String(decoding: errors, as: UTF8.self))
        } catch {
            throw .system(error)
        }
    }

    /// A file without a name: a pipe would need somebody who fills it.
    private func input(_ bytes: [UInt8]) throws(SystemError) -> Descriptor {
        let (path, file) = try files.make()
        do throws(SystemError) {
            try file.writeAll(bytes)
            let reading = try Descriptor.open(path, .readOnly)
            try File.remove(path)
            return reading
        } catch {
            try? File.remove(path)
            throw error
        }
    }
}
