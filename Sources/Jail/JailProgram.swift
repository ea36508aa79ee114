internal import Confinement
internal import LinuxSystem

/// From the plan to the last run.
enum JailProgram {
    /// By agreement with `Zygote`: 0 to 2 lead nowhere, 3 to the host.
    private static let controlDescriptor: Int32 = 3

    static func run() -> Int32 {
        guard ControlChannel.isOpen(controlDescriptor) else {
            try? StandardStream.error.write("sidecar-jail is started by sidecar; it is of no use alone\n")
            return 2
        }
        let channel = ControlChannel(owning: controlDescriptor)
        do throws(FailedAnswer) {
            let plan = try channel.awaitPlan()
            let jail = try Jail.build(plan)
            return serve(jail, channel)
        } catch {
            _ = channel.sendAtOnce(Record(.failed, content: error.encode()))
            return 4
        }
    }

    private static func serve(_ jail: Jail, _ channel: ControlChannel) -> Int32 {
        do throws(SystemError) {
            let server = try JailServer(jail, channel)
            try server.run()
            return 0
        } catch {
            return 1
        }
    }
}
