// sidecar-worker: started by sidecar inside a jail, does there what tools do to files. Requests come on descriptor 3.
internal import JailTools
internal import LinuxSystem

Signal.ignoreBrokenPipes()
let socket: Int32 = 3
guard Descriptor.isOpen(socket) else {
    try? StandardStream.error.write("sidecar-worker is started by sidecar, with a socket as descriptor 3.\n")
    ProcessInfo.exit(2)
}
ProcessInfo.exit(ToolServer(owning: Descriptor(owning: socket)).serve() == nil ? 0 : 1)
