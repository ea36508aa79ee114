internal import CSimdJSON

/// Names of members that are wanted together, for who reads many objects of one kind. Made once and kept for good.
package struct JSONNames: @unchecked Sendable {
    /// How many a set can have.
    package static let countMax = Int(CSIMDJSON_NAMES_MAX)

    /// Never freed, and never changed: so it can be read from everywhere.
    let names: UnsafePointer<csimdjson_names>

    package init(_ names: [StaticString]) {
        let set = UnsafeMutablePointer<csimdjson_names>.allocate(capacity: 1)
        set.initialize(to: csimdjson_names())
        for name in names {
            let isAdded = csimdjson_add_name(set, name.utf8Start, name.utf8CodeUnitCount)
            precondition(isAdded, "a set takes \(Self.countMax) names, no two of which begin and end alike")
        }
        self.names = UnsafePointer(set)
    }
}

/// Members of one object, found in one walk over it: asking for one after the other walks as often. As with every look-up
/// the last one counts where a name is there twice.
package struct JSONPick {
    private let object: JSONElement
    private var values = InlineArray<16, UInt32>(repeating: 0)

    /// Nothing of what is no object.
    package init(_ object: JSONElement, _ names: JSONNames) {
        self.object = object
        guard csimdjson_kind(object.whole.kind) == CSIMDJSON_OBJECT else { return }
        var span = values.mutableSpan
        span.withUnsafeMutableBufferPointer { values in
            csimdjson_pick(object.document, object.index, names.names, values.baseAddress)
        }
    }

    /// The value of the name at this place of the set.
    @inline(__always)
    package subscript(place place: Int) -> JSONElement? {
        let value = values[place]
        return value == 0 ? nil : object.at(value)
    }
}
