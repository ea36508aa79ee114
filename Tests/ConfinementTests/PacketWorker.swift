import Confinement
import LinuxSystem

/// A program of ours that stays in a jail and serves requests on a socket, its descriptor 3. No time on the wall ends it: the
/// time of each request is for its caller to watch, who stops the worker where it does not answer. What comes back on the
/// socket was written by somebody who may have been taken over.
///
/// On its loop's thread only.
final class PacketWorker: Sendable {
    let program: JailedProgram
    /// Keeps the borders of messages.
    let socket: PacketSocket

    /// - `error`: where its standard error goes.
    init(_ run: JailRun, in zygote: Zygote, error: OwnedDescriptor) throws(SystemError) {
        var run = run
        run.isWorker = true
        let nothing = OwnedDescriptor(try Descriptor.open("/dev/null", .readWrite))
        let pair = try PacketSocket.pair()
        var theirs: [OwnedDescriptor] = []
        socket = pair.give { theirs = [$0] }
        program = zygote.begin(run, RunStreams(input: nothing, output: nothing, error: error, more: theirs))
    }

    /// TERM, and two seconds later the end of everything in it.
    func stop() { program.stop() }
}
