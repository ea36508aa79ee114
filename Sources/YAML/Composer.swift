/// Events to a tree: anchors resolved, keys unique, and every limit kept.
struct Composer {
    private let events: EventParser
    private let file: String
    private let options: YAMLOptions
    private var anchors: [String: Anchored] = [:]
    private var openAnchors: Set<String> = []
    private var nodeCount = 0
    /// What is wrong and leaves a tree to go on with.
    private(set) var errors: [YAMLError] = []

    /// A node that an alias can repeat, with what each repetition costs.
    private struct Anchored {
        let node: YAMLNode
        let nodeCount: Int
        let height: Int
    }

    init(events: EventParser, file: String, options: YAMLOptions) {
        self.events = events
        self.file = file
        self.options = options
    }

    mutating func document() throws(YAMLError) -> YAMLNode? {
        var root: YAMLNode?
        var documentCount = 0
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamStart, .documentEnd:
                continue
            case .documentStart:
                documentCount += 1
                guard documentCount == 1 else {
                    throw error(event.position, "a second document starts here; a file holds one, so remove the `---`")
                }
            case .streamEnd:
                return root
            default:
                root = try node(from: event, depth: 1).node
            }
        }
    }

    /// The tree under an event, and how many levels it has.
    private mutating func node(from event: Event, depth: Int) throws(YAMLError) -> (node: YAMLNode, height: Int) {
        guard depth <= options.depthMax else { throw tooDeep(event.position) }
        switch event.kind {
        case .alias(let name):
            return try repeated(name, at: event.position, depth: depth)
        case .scalar(let scalar, let anchor, let tag):
            try count(1, at: event.position)
            check(scalar, at: event.position)
            let node = YAMLNode(.scalar(scalar), at: event.position, tag: explicit(tag))
            remember(anchor, node, nodeCount: 1, height: 1)
            return (node, 1)
        case .sequenceStart(let anchor, let tag):
            return try collection(event, anchor, tag, depth, Self.items)
        case .mappingStart(let anchor, let tag):
            return try collection(event, anchor, tag, depth, Self.entries)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw error(event.position, "the structure ends where a value was expected")
        }
    }

    private typealias Filling = (inout Composer, Int) throws(YAMLError) -> (content: YAMLNode.Content, height: Int)

    private mutating func collection(
        _ event: Event, _ anchor: String?, _ tag: String?, _ depth: Int, _ fill: Filling
    ) throws(YAMLError) -> (node: YAMLNode, height: Int) {
        let before = nodeCount
        try count(1, at: event.position)
        if let anchor { openAnchors.insert(anchor) }
        let (content, height) = try fill(&self, depth + 1)
        if let anchor { openAnchors.remove(anchor) }
        let node = YAMLNode(content, at: event.position, tag: explicit(tag))
        remember(anchor, node, nodeCount: nodeCount - before, height: height + 1)
        return (node, height + 1)
    }

    private static func items(
        _ composer: inout Composer, depth: Int
    ) throws(YAMLError) -> (content: YAMLNode.Content, height: Int) {
        var items: [YAMLNode] = []
        var highest = 0
        while true {
            let event = try composer.events.next()
            if case .sequenceEnd = event.kind { return (.sequence(items), highest) }
            let (node, height) = try composer.node(from: event, depth: depth)
            items.append(node)
            highest = max(highest, height)
        }
    }

    private static func entries(
        _ composer: inout Composer, depth: Int
    ) throws(YAMLError) -> (content: YAMLNode.Content, height: Int) {
        var entries: [YAMLEntry] = []
        var places: [String: YAMLPosition] = [:]
        var highest = 0
        while true {
            let event = try composer.events.next()
            if case .mappingEnd = event.kind { return (.mapping(entries), highest) }
            let key = try composer.node(from: event, depth: depth).node
            guard let text = key.scalar?.text else {
                throw composer.error(event.position, "a key is a single value, not \(key.kindName)")
            }
            let (value, height) = try composer.node(from: try composer.events.next(), depth: depth)
            if let first = places[text] {
                composer.note(
                    event.position,
                    "the key `\(text)` is here for the second time; the first is on line \(first.line), "
                        + "column \(first.column)")
                continue
            }
            places[text] = event.position
            entries.append(YAMLEntry(key: text, at: event.position, value: value))
            highest = max(highest, height)
        }
    }

    private mutating func repeated(
        _ name: String, at position: YAMLPosition, depth: Int
    ) throws(YAMLError) -> (node: YAMLNode, height: Int) {
        guard let anchored = anchors[name], !openAnchors.contains(name) else {
            let reason = openAnchors.contains(name) ? "stands inside what it repeats" : "names no anchor above it"
            throw error(position, "the alias *\(name) \(reason)")
        }
        guard depth + anchored.height - 1 <= options.depthMax else { throw tooDeep(position) }
        try count(anchored.nodeCount, at: position)
        return (anchored.node, anchored.height)
    }

    private mutating func remember(_ anchor: String?, _ node: YAMLNode, nodeCount: Int, height: Int) {
        guard let anchor else { return }
        anchors[anchor] = Anchored(node: node, nodeCount: nodeCount, height: height)
    }

    private mutating func count(_ more: Int, at position: YAMLPosition) throws(YAMLError) {
        nodeCount += more
        guard nodeCount <= options.nodesMax else {
            throw error(position, "the file has more than \(options.nodesMax) values once its aliases are expanded")
        }
    }

    /// Escapes in a quoted text (`"\u202E"`) come past the check of the source.
    private mutating func check(_ scalar: YAMLScalar, at position: YAMLPosition) {
        guard options.refusesHiddenCharacters, scalar.style == .doubleQuoted else { return }
        let complaint = scalar.text.unicodeScalars.lazy.compactMap { HiddenCharacters.complaint($0) }.first
        if let complaint { note(position, complaint) }
    }

    private mutating func note(_ position: YAMLPosition, _ message: String) {
        if errors.count < YAML.errorsMax { errors.append(error(position, message)) }
    }

    /// `!` alone asks for "text as it is", which every scalar is.
    private func explicit(_ tag: String?) -> String? { tag == "!" ? nil : tag }

    private func tooDeep(_ position: YAMLPosition) -> YAMLError {
        error(position, "values nest deeper than \(options.depthMax) levels")
    }

    private func error(_ position: YAMLPosition, _ message: String) -> YAMLError {
        YAMLError(file: file, position: position, message: message)
    }
}
