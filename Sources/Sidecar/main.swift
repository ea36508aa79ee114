internal import HTTP
internal import JSON
internal import LinuxSystem

print("sidecar", JSON.v, HTTP.v, ProcessInfo.processorCount)
