/// A null-terminated array of C strings that stays where it is.
final class CStrings {
    private let bytes: UnsafeMutablePointer<CChar>
    let array: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    init(_ texts: [String]) {
        let total = texts.reduce(0) { $0 + $1.utf8.count + 1 }
        bytes = .allocate(capacity: max(1, total))
        array = .allocate(capacity: texts.count + 1)
        var position = 0
        for (index, text) in texts.enumerated() {
            array[index] = bytes + position
            for byte in text.utf8 {
                bytes[position] = CChar(bitPattern: byte)
                position += 1
            }
            bytes[position] = 0
            position += 1
        }
        array[texts.count] = nil
    }

    deinit {
        bytes.deallocate()
        array.deallocate()
    }

    subscript(index: Int) -> UnsafePointer<CChar>? { array[index].map { UnsafePointer($0) } }
}
