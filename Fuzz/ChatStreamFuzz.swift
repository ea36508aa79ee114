// modules: CSimdJSON CLinux LinuxSystem JSON Translation
// with: Fuzz/Support/StreamFuzz.swift
//
// Any bytes as the events of a chat completion, one a line: whatever comes out is a sequence of whole events of JSON, it ends
// at most once, and it does not matter whether it is taken after each event or at the end.

internal import Translation

private enum ChatStreamFuzz {
    nonisolated(unsafe) static let context: ChatAnswerContext = {
        var dialect = ChatDialect.openRouter
        dialect.splitsThinkTags = true
        return StreamFuzz.context(dialect)
    }()
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    StreamFuzz.checked(ChatStream.self, ChatStreamFuzz.context, StreamFuzz.events(start, count))
    return 0
}
