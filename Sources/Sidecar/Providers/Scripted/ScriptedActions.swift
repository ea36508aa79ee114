internal import LinuxSystem

/// The actions of an answer, made one by one as they are played.
package struct ScriptedActions: IteratorProtocol {
    private enum Stage {
        case delay
        case head
        case body
        case done
    }

    private let answer: ScriptedAnswer
    private var stage = Stage.delay
    private var events: ScriptedEvents?
    private var eventCount = 0
    private var fault: ScriptFault?
    private var eventDelay = TimeSpan.zero
    private var errorEvent: [UInt8]?
    /// Decided already, in this order.
    private var upcoming: [ScriptedAction] = []

    init(_ answer: ScriptedAnswer) {
        self.answer = answer
        if case .stream(let message, let pacing, let fault, let errorEvent) = answer.body {
            events = ScriptedEvents(message, piece: pacing.piece ?? ScriptPacing.pieceDefault)
            eventDelay = pacing.eventDelay ?? .zero
            self.fault = fault
            self.errorEvent = errorEvent
        }
    }

    package mutating func next() -> ScriptedAction? {
        if !upcoming.isEmpty { return upcoming.removeFirst() }
        switch stage {
        case .delay:
            stage = .head
            return answer.delay > .zero ? .wait(answer.delay) : next()
        case .head:
            stage = .body
            guard case .whole(let body) = answer.body else { return .head(answer.head, bodyCount: nil) }
            stage = .done
            upcoming = body.isEmpty ? [.end] : [.bytes(body), .end]
            return .head(answer.head, bodyCount: body.count)
        case .body: return event()
        case .done: return nil
        }
    }

    private mutating func event() -> ScriptedAction? {
        if let fault, eventCount == fault.afterEvents { return fail(fault) }
        guard let event = events?.next() else {
            // Shorter than the script thought: it goes wrong here, or not at all.
            if let fault { return fail(fault) }
            stage = .done
            return .end
        }
        eventCount += 1
        guard eventCount > 1, eventDelay > .zero else { return .bytes(event) }
        upcoming = [.bytes(event)]
        return .wait(eventDelay)
    }

    private mutating func fail(_ fault: ScriptFault) -> ScriptedAction? {
        self.fault = nil
        if let silence = fault.silence { upcoming.append(.wait(silence)) }
        if let errorEvent { upcoming.append(.bytes(errorEvent)) }
        let end = fault.end ?? (errorEvent == nil ? nil : .end)
        if end != nil { stage = .done }
        switch end {
        case .reset: upcoming.append(.reset)
        case .close: upcoming.append(.close)
        case .end: upcoming.append(.end)
        case .halfEvent:
            if let event = events?.next() { upcoming.append(.bytes(Array(event.prefix(event.count / 2)))) }
            upcoming.append(.close)
        case nil: break
        }
        return next()
    }
}
