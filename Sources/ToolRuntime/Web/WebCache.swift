internal import LinuxSystem

/// Pages that were read a short while ago, so that the next question about one costs nothing. It belongs to one policy, whose
/// word is asked before anybody looks in here.
final class WebCache {
    struct Entry: Sendable {
        var address: String
        var status: Int
        var bytes: Int
        var text: PageText
    }

    private var entries: [String: (entry: Entry, until: Instant, used: Int)] = [:]
    private var bytes = 0
    private var uses = 0
    private let limits: WebLimits
    private let clock: any Clock

    init(_ limits: WebLimits, clock: any Clock) {
        self.limits = limits
        self.clock = clock
    }

    subscript(_ key: String) -> Entry? {
        guard let found = entries[key] else { return nil }
        guard clock.now() < found.until else {
            remove(key)
            return nil
        }
        uses += 1
        entries[key]?.used = uses
        return found.entry
    }

    func keep(_ entry: Entry, for key: String) {
        remove(key)
        guard entry.size <= limits.cacheBytes / 4 else { return }
        let now = clock.now()
        for (key, old) in entries where old.until <= now { remove(key) }
        while bytes + entry.size > limits.cacheBytes, let oldest = entries.min(by: { $0.value.used < $1.value.used }) {
            remove(oldest.key)
        }
        uses += 1
        entries[key] = (entry, now + limits.cacheTime, uses)
        bytes += entry.size
    }

    private func remove(_ key: String) {
        if let old = entries.removeValue(forKey: key) { bytes -= old.entry.size }
    }
}

extension WebCache.Entry {
    /// About what it takes.
    fileprivate var size: Int { text.text.utf8.count + text.title.utf8.count + address.utf8.count + 256 }
}
