internal import HTTP
internal import LinuxSystem
internal import Translation

/// An answer of another API on its way through. The client's answer begins when there is something to say: until then an
/// error can still have a status of its own.
extension Relay {
    func receiveTranslated(_ head: ResponseHead) {
        upstreamID = head.fields["x-request-id"] ?? head.fields["request-id"] ?? head.fields["x-amzn-requestid"]
        isStream = head.status == 200 && head.isStream(of: translation?.streamType ?? Self.streamType)
        if isStream {
            maySignal = true
            scheduleSignOfLife(after: settings.keepAlive)
        } else {
            held = (head, ByteBuffer())
        }
    }

    func receiveTranslated(_ bytes: UnsafeRawBufferPointer, _ translation: any AnswerTranslation) -> Bool {
        guard let held else { return translate(bytes, translation) }
        held.bytes.append(bytes)
        if held.head.status == 200, EventStreamScanner.looksLikeEvents(held.bytes.readable) {
            self.held = nil
            isStream = true
            maySignal = true
            return translate(held.bytes.readable, translation)
        }
        guard held.bytes.count > TranslatedAnswer.heldBytesMax else { return true }
        let message = "\(who) sent an answer of more than \(TranslatedAnswer.heldBytesMax) bytes"
        stop(.failed(APIError(502, .api, message), .malformed))
        return true
    }

    private func translate(_ bytes: UnsafeRawBufferPointer, _ translation: any AnswerTranslation) -> Bool {
        var isTaken = true
        translation.scan(bytes) { isTaken = tell($0) }
        // After its end nothing that the upstream still says matters.
        if translation.hasEnded { finish(translation, nil) }
        return isTaken
    }

    /// The client has waited for long; from now on an error can only be an event.
    func beginTranslated(_ translation: any AnswerTranslation) {
        translation.begin { _ = tell($0) }
        scheduleSignOfLife(after: settings.keepAliveInterval)
    }

    private func tell(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if watch == nil {
            let fields: HTTPFields = [
                "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache",
                "request-id": requestID,
            ]
            beginStream(head(fields), nil)
        }
        return observeAndPass(bytes)
    }

    private func head(_ fields: HTTPFields) -> ResponseHead {
        var fields = fields
        fields.append(extraFields)
        return ResponseHead(status: 200, fields: fields)
    }

    func endTranslated(_ error: TransferError?, _ translation: any AnswerTranslation) {
        if let held { return endWhole(held.head, held.bytes, error, translation) }
        translation.end(cut: error?.description) { _ = tell($0) }
        finish(translation, error)
    }

    private func finish(_ translation: any AnswerTranslation, _ error: TransferError?) {
        if let failure = translation.failure, !exchange.hasAnswered {
            return stop(.failed(APIError(failure, retryAfter: nil), error?.kind))
        }
        noteStream()
        exchange.end()
        if let error { return stop(.broken("\(who): \(error)", error.kind)) }
        stop(.answered)
    }

    private func endWhole(
        _ upstreamHead: ResponseHead, _ bytes: ByteBuffer, _ error: TransferError?, _ translation: any AnswerTranslation
    ) {
        if let error { return fail(error) }
        held = nil
        do throws(UpstreamFailure) {
            let body = try translation.whole(status: upstreamHead.status, bytes.readable)
            noteWhole(body)
            exchange.respond(head(["Content-Type": "application/json", "request-id": requestID]), body)
            stop(.answered)
        } catch {
            stop(.failed(APIError(error, retryAfter: upstreamHead.fields["retry-after"]), nil))
        }
    }

    private func stop(_ outcome: Outcome) {
        transfer?.cancel()
        settle(outcome)
    }
}

extension APIError {
    init(_ failure: UpstreamFailure, retryAfter: String?) {
        self.init(failure.status, Kind(rawValue: failure.kind.rawValue) ?? .api, failure.message)
        self.retryAfter = retryAfter ?? failure.retryAfterSeconds.map { "\($0)" }
        isFinal = failure.isFinal
    }
}
