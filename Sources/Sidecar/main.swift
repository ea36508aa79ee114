internal import JSON
internal import LinuxSystem

print("sidecar", JSON.implementation, ProcessInfo.processorCount)
