package import JSON
internal import Sandbox

extension DoctorReport {
    /// `{"ok":true,"checks":[{"id","group","status","title","detail","mend"}]}`; `mend` is null where nothing is to do.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("ok")
        writer.bool(isOK)
        writer.key("checks")
        writer.beginArray()
        for check in checks { check.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }
}

extension Finding {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        let members = [
            ("id", id), ("group", group), ("status", status.rawValue), ("title", title), ("detail", detail),
        ]
        for (key, value) in members {
            writer.key(key)
            writer.string(value)
        }
        writer.key("mend")
        if let mend { writer.string(mend) } else { writer.null() }
        writer.endObject()
    }
}
