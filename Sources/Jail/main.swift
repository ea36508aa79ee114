// sidecar-jail: started by sidecar with one socket, builds a jail and runs programs in it until that socket closes.
internal import LinuxSystem

Signal.ignoreBrokenPipes()
ProcessInfo.exit(JailProgram.run())
