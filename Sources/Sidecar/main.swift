internal import HTTP
internal import JSON
internal import LinuxSystem
internal import YAML

print("sidecar", JSON.implementation, YAML.v, HTTP.v, ProcessInfo.processorCount)
