/// What a file may cost its reader. The defaults suit files that people write by hand.
package struct YAMLOptions: Sendable, Equatable {
    /// A policy or configuration of a thousand lines is about 40 kB.
    package var bytesMax = 1 << 20
    /// Nobody nests by hand deeper than ten; readers of the tree recurse, so this bounds their stack too.
    package var depthMax = 64
    /// Nodes counted after aliases are expanded: what keeps ten lines from becoming a billion values.
    package var nodesMax = 100_000
    /// Characters that reorder or hide text make a file read differently from what it says.
    package var refusesHiddenCharacters = true

    package init() {}
}
