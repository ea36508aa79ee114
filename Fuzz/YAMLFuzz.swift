// modules: YAML
//
// The YAML parser on any bytes: no crash, no endless run, every limit kept, and every position inside of the text.

internal import YAML

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    for refusesHiddenCharacters in [true, false] {
        YAMLFuzz.run(bytes, refusesHiddenCharacters: refusesHiddenCharacters)
    }
    return 0
}

private enum YAMLFuzz {
    /// Small, so that the fuzzer meets them often.
    static let depthMax = 8
    static let nodesMax = 200

    static func run(_ bytes: [UInt8], refusesHiddenCharacters: Bool) {
        var options = YAMLOptions()
        options.depthMax = depthMax
        options.nodesMax = nodesMax
        options.refusesHiddenCharacters = refusesHiddenCharacters
        // Each kind of line end counts at most once a byte.
        let lines = bytes.count + 1
        do throws(YAMLError) {
            guard let node = try YAML.parse(bytes, file: "f", options: options) else { return }
            var nodes = 0
            check(node, depth: 1, lines: lines, &nodes)
            precondition(nodes <= nodesMax, "more nodes than allowed")
        } catch {
            precondition((1...lines).contains(error.line) && error.column >= 1, "a place outside of the text: \(error)")
            precondition(error.column <= bytes.count + 1 && !error.message.isEmpty)
        }
    }

    private static func check(_ node: YAMLNode, depth: Int, lines: Int, _ nodes: inout Int) {
        precondition(depth <= depthMax, "nested deeper than allowed")
        precondition((1...lines).contains(node.position.line) && node.position.column >= 1)
        nodes += 1
        switch node.content {
        case .scalar:
            break
        case .sequence(let items):
            for item in items { check(item, depth: depth + 1, lines: lines, &nodes) }
        case .mapping(let entries):
            precondition(Set(entries.map(\.key)).count == entries.count, "a key that is there twice")
            for entry in entries {
                nodes += 1
                check(entry.value, depth: depth + 1, lines: lines, &nodes)
            }
        }
    }
}
