extension JailRun {
    package func encode() -> [UInt8] {
        var writer = WireWriter()
        writer.text(program)
        writer.list(arguments) { $0.text($1) }
        writer.list(environment.sorted { $0.key < $1.key }) { writer, entry in
            writer.text(entry.key)
            writer.text(entry.value)
        }
        writer.text(folder)
        for limit in [
            limits.cpuSeconds, limits.memoryBytes, limits.addressSpaceBytes, limits.processes, limits.openFiles,
            limits.fileBytes,
        ] { writer.optional(limit) }
        writer.flag(isWorker)
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes)
        let program = try reader.path()
        let arguments = try reader.list(max: WireLimits.arguments, bytesEach: 4) { reader throws(WireError) in
            try reader.text(max: WireLimits.argumentBytes)
        }
        if arguments.isEmpty { throw WireError("a run without a name of its own") }
        var environment: [String: String] = [:]
        _ = try reader.list(max: WireLimits.variables, bytesEach: 8) { reader throws(WireError) in
            let key = try reader.text(max: WireLimits.argumentBytes)
            let value = try reader.text(max: WireLimits.argumentBytes)
            if key.isEmpty || key.utf8.contains(UInt8(ascii: "=")) { throw WireError("a variable without a name") }
            if environment.updateValue(value, forKey: key) != nil { throw WireError("a variable that is there twice") }
        }
        self.init(program: program, arguments: arguments, environment: environment, folder: try reader.path())
        limits.cpuSeconds = try reader.optional()
        limits.memoryBytes = try reader.optional()
        limits.addressSpaceBytes = try reader.optional()
        limits.processes = try reader.optional()
        limits.openFiles = try reader.optional()
        limits.fileBytes = try reader.optional()
        isWorker = try reader.flag()
        try reader.finish()
    }
}
