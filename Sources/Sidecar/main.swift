internal import HTTP
internal import JSON
internal import LinuxSystem

print("sidecar", JSON.implementation, HTTP.v, ProcessInfo.processorCount)
