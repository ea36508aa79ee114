/// The memory of one page's tree, which goes as a whole. gumbo frees a tree by calling itself for every level of it, and a page
/// of nothing but `<div>` would be the end of the stack.
final class PageArena {
    private var blocks: [UnsafeMutableRawPointer] = []
    private var place: UnsafeMutableRawPointer?
    private var left = 0

    private static let blockBytes = 1 << 20
    private static let alignment = 16

    func take(_ count: Int) -> UnsafeMutableRawPointer {
        let count = (max(count, 1) + Self.alignment - 1) & ~(Self.alignment - 1)
        if count > Self.blockBytes / 4 { return block(count) }
        if count > left {
            place = block(Self.blockBytes)
            left = Self.blockBytes
        }
        defer {
            place = place?.advanced(by: count)
            left -= count
        }
        return place!
    }

    private func block(_ count: Int) -> UnsafeMutableRawPointer {
        let block = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: Self.alignment)
        blocks.append(block)
        return block
    }

    deinit { for block in blocks { block.deallocate() } }
}
