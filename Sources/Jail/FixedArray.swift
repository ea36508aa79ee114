/// Elements that stay where they are, for the kernel and for C to point at.
final class FixedArray<Element> {
    let elements: UnsafeMutableBufferPointer<Element>

    init(_ elements: some Collection<Element>) {
        self.elements = .allocate(capacity: elements.count)
        _ = self.elements.initialize(from: elements)
    }

    deinit {
        elements.deinitialize()
        elements.deallocate()
    }

    var count: Int { elements.count }
    var start: UnsafePointer<Element>? { UnsafePointer(elements.baseAddress) }
}
