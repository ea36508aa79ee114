package import LinuxSystem

/// The text exposition format, version 0.0.4.
package struct PrometheusText {
    package private(set) var text = ""

    package init() {}

    package mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    package mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        let number = value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
        text += "\(name)\(Self.render(labels)) \(number)\n"
    }

    package mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: Histogram) {
        var running = 0
        for (index, bound) in Histogram.bounds.enumerated() {
            running += histogram.counts[index]
            sample("\(name)_bucket", labels + [("le", String(bound))], Double(running))
        }
        sample("\(name)_bucket", labels + [("le", "+Inf")], Double(histogram.count))
        sample("\(name)_sum", labels, histogram.sum)
        sample("\(name)_count", labels, Double(histogram.count))
    }

    private static func render(_ labels: [(String, String)]) -> String {
        if labels.isEmpty { return "" }
        return "{" + labels.map { "\($0.0)=\"\(escape($0.1))\"" }.joined(separator: ",") + "}"
    }

    private static func escape(_ value: String) -> String {
        var result = ""
        // By scalars: CR LF is one character, and so is a quote with an accent on it.
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension PrometheusText {
    package init(_ metrics: Metrics, process: ProcessUsage) {
        family("sidecar_requests_total", "counter", "Requests answered.")
        for (key, count) in metrics.requests.sorted(by: {
            ($0.key.route, $0.key.provider, $0.key.status) < ($1.key.route, $1.key.provider, $1.key.status)
        }) {
            sample(
                "sidecar_requests_total",
                [("route", key.route), ("provider", key.provider), ("status", String(key.status))], Double(count))
        }
        family("sidecar_request_duration_seconds", "histogram", "From the head of a request to the end of its answer.")
        for (route, durations) in metrics.durations.sorted(by: { $0.key < $1.key }) {
            histogram("sidecar_request_duration_seconds", [("route", route)], durations)
        }
        family("sidecar_time_to_first_token_seconds", "histogram", "From the head of a request to the first content.")
        for (provider, times) in metrics.timesToFirstToken.sorted(by: { $0.key < $1.key }) {
            histogram("sidecar_time_to_first_token_seconds", [("provider", provider)], times)
        }
        family("sidecar_tokens_total", "counter", "Tokens as the providers counted them.")
        for (key, count) in metrics.tokens.sorted(by: {
            ($0.key.provider, $0.key.kind) < ($1.key.provider, $1.key.kind)
        }) {
            sample("sidecar_tokens_total", [("provider", key.provider), ("kind", key.kind)], Double(count))
        }
        family("sidecar_upstream_errors_total", "counter", "Answers that an upstream did not give, or not whole.")
        for (key, count) in metrics.upstreamErrors.sorted(by: {
            ($0.key.provider, $0.key.kind) < ($1.key.provider, $1.key.kind)
        }) {
            sample("sidecar_upstream_errors_total", [("provider", key.provider), ("kind", key.kind)], Double(count))
        }
        single(
            "sidecar_clients_left_total", "counter", "Clients that left before their answer ended.", metrics.clientsLeft
        )
        single("sidecar_keepalive_events_total", "counter", "Events put into quiet streams.", metrics.keepAlives)
        single("sidecar_requests_in_flight", "gauge", "Requests being answered now.", metrics.inFlight)
        single("sidecar_streams_open", "gauge", "Streams being passed on now.", metrics.streamsOpen)
        single("sidecar_connections_open", "gauge", "Connections of clients.", metrics.connections)
        single("sidecar_upstream_transfers", "gauge", "Requests to upstreams under way.", metrics.upstreamTransfers)
        family("sidecar_event_loop_lag_seconds", "gauge", "The longest turn of an event loop since the last scrape.")
        sample("sidecar_event_loop_lag_seconds", [], metrics.longestTurn.secondsAsDouble)
        add(process)
    }

    private mutating func single(_ name: String, _ type: String, _ help: String, _ value: Int) {
        family(name, type, help)
        sample(name, [], Double(value))
    }

    private mutating func add(_ process: ProcessUsage) {
        single("process_resident_memory_bytes", "gauge", "Memory in use.", process.residentBytes)
        single("process_open_fds", "gauge", "Open descriptors.", process.openDescriptors)
        family("process_cpu_seconds_total", "counter", "Processor time, user and system.")
        sample("process_cpu_seconds_total", [], process.processorSeconds)
        family("process_start_time_seconds", "gauge", "When the process began, since 1970.")
        sample("process_start_time_seconds", [], process.startedSecondsSince1970)
    }
}
