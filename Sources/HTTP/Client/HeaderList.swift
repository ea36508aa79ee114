internal import CCurl
internal import LinuxSystem

/// Header fields as libcurl's linked list, in one piece of memory that is used again for the next request: curl_slist_append
/// would make two allocations a field.
final class HeaderList {
    private let text = ByteBuffer(capacity: 2048)
    private var offsets: [Int] = []
    private var nodes: UnsafeMutablePointer<curl_slist>?
    private var nodeCapacity = 0

    deinit { nodes?.deallocate() }

    /// Valid until the next call. `extra` are whole lines; `Name:` alone takes a field away that libcurl would add.
    func build(_ fields: HTTPFields, extra: [StaticString]) -> UnsafeMutablePointer<curl_slist>? {
        text.removeAll()
        offsets.removeAll(keepingCapacity: true)
        fields.forEach { name, value in
            offsets.append(text.count)
            text.append(name)
            // libcurl leaves a field out whose value is empty, unless it ends in a semicolon.
            text.append(value.isEmpty ? ";" : ": ")
            text.append(value)
            text.append(0)
        }
        for line in extra {
            offsets.append(text.count)
            text.append(line)
            text.append(0)
        }
        return link()
    }

    func build(line: String) -> UnsafeMutablePointer<curl_slist>? {
        text.removeAll()
        offsets = [0]
        text.append(line)
        text.append(0)
        return link()
    }

    private func link() -> UnsafeMutablePointer<curl_slist>? {
        if offsets.isEmpty { return nil }
        let nodes = room(offsets.count)
        let base = UnsafeMutableRawPointer(mutating: text.readable.baseAddress!)
        for (index, offset) in offsets.enumerated() {
            nodes[index].data = (base + offset).assumingMemoryBound(to: CChar.self)
            nodes[index].next = index + 1 < offsets.count ? nodes + index + 1 : nil
        }
        return nodes
    }

    private func room(_ count: Int) -> UnsafeMutablePointer<curl_slist> {
        if let nodes, count <= nodeCapacity { return nodes }
        nodes?.deallocate()
        nodeCapacity = max(64, count)
        let fresh = UnsafeMutablePointer<curl_slist>.allocate(capacity: nodeCapacity)
        fresh.initialize(repeating: curl_slist(), count: nodeCapacity)
        nodes = fresh
        return fresh
    }
}
