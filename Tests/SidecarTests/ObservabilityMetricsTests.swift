import JSON
import LinuxSystem
import Sidecar
import Testing

@Suite struct ObservabilityMetricsTests {
    private func record(_ path: String = "/v1/messages", status: Int = 200, provider: String? = "a") -> RequestRecord {
        var record = RequestRecord(
            id: "req_1", method: "POST", path: path, route: GatewayRoute(method: "POST", path: path))
        record.status = status
        record.provider = provider
        record.duration = .milliseconds(7)
        record.timeToFirstToken = .milliseconds(3)
        record.usage.output = 4
        return record
    }

    @Test func bucketsHoldWhatIsNotLonger() {
        var histogram = Histogram()
        for span in [TimeSpan.zero, .milliseconds(1), .microseconds(1001), .seconds(600), .seconds(601)] {
            histogram.observe(span)
        }
        #expect(histogram.counts.first == 2 && histogram.counts[1] == 1)
        #expect(histogram.counts[Histogram.bounds.count - 1] == 1 && histogram.counts.last == 1)
        #expect(histogram.count == 5)
        var sum = histogram
        sum.add(histogram)
        #expect(sum.count == 10 && abs(sum.sum - 2 * histogram.sum) < 1e-9)
        #expect(Histogram.bounds == Histogram.bounds.sorted())
    }

    @Test func theTextIsAValidExposition() throws {
        var metrics = Metrics()
        for status in [200, 200, 429] { metrics.record(record(status: status)) }
        metrics.record(record(provider: "odd\"\\\n\r\n\"\u{301}name"))
        metrics.recordUpstreamError("a", "cut")
        let text = PrometheusText(metrics, process: ProcessUsage()).text
        #expect(text.hasSuffix("\n"))
        var types: [String: String] = [:]
        var series: Set<String> = []
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# HELP ") { continue }
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                #expect(words.count == 4 && types[String(words[2])] == nil)
                types[String(words[2])] = String(words[3])
                continue
            }
            let sample = try #require(Sample(line), "\(line)")
            #expect(
                series.insert(sample.name + sample.labels.map { "\($0)=\($1)" }.joined(separator: "|")).inserted,
                "\(line)")
            let families = ["", "_bucket", "_sum", "_count"].compactMap { suffix in
                sample.name.hasSuffix(suffix) ? types[String(sample.name.dropLast(suffix.count))] : nil
            }
            #expect(!families.isEmpty, "\(line)")
        }
        #expect(text.contains(#"provider="odd\"\\\n"#))
    }

    @Test func bucketsAreCumulative() {
        var metrics = Metrics()
        for _ in 0..<5 { metrics.record(record()) }
        let lines = PrometheusText(metrics, process: ProcessUsage()).text.split(separator: "\n")
            .filter { $0.hasPrefix("sidecar_request_duration_seconds_bucket") }.compactMap { Sample($0) }
        #expect(lines.count == Histogram.bounds.count + 1)
        #expect(lines.map(\.value) == lines.map(\.value).sorted())
        #expect(lines.last?.value == 5 && lines.last?.labels.last?.1 == "+Inf" && lines.first?.value == 0)
    }

    @Test func labelsDoNotGrowWithWhatClientsSend() {
        var metrics = Metrics()
        for index in 0..<1000 { metrics.record(record("/v1/x\(index)", status: 404, provider: nil)) }
        #expect(metrics.requests.count == 1 && metrics.durations.count == 1)
    }

    @Test func shardsAddUp() {
        var one = Metrics()
        one.record(record())
        var two = one
        two.add(one)
        #expect(two.requests.values.reduce(0, +) == 2 && two.tokens.values.reduce(0, +) == 8)
        #expect(two.durations["/v1/messages"]?.count == 2)
    }

    @Test func recentErrorsAreBoundedInNumberAndInSize() throws {
        let errors = RecentErrors()
        let zalgo = "e" + String(repeating: "\u{301}", count: 100_000)
        for index in 0..<500 {
            var entry = record("/" + String(repeating: "p", count: 60_000), status: 500 + index % 3)
            entry.model = zalgo
            entry.error = zalgo + "\(index)"
            entry.upstreamID = zalgo
            errors.add(entry)
        }
        let bytes = errors.recent.bytes(style: .pretty)
        #expect(bytes.count < RecentErrors.keptMax * 8_000)
        let parser = JSONParser()
        defer { withExtendedLifetime(parser) {} }
        let statistics = try parser.parse(copying: errors.statistics.bytes(style: .pretty)).root
        #expect(statistics["total"]?.int == 500 && statistics["kept"]?.int == RecentErrors.keptMax)
        #expect(errors.find("req_1") != nil && errors.find("req_2") == nil)
    }
}

/// One line of the text format: `name{label="value",…} number`.
private struct Sample {
    let name: String
    private(set) var labels: [(String, String)] = []
    let value: Double

    init?(_ line: Substring) {
        var rest = line.unicodeScalars
        func isName(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "_" || scalar.properties.isAlphabetic && scalar.isASCII || ("0"..."9").contains(scalar)
        }
        let name = rest.prefix(while: isName)
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty else { return nil }
        if rest.first == "{" {
            rest = rest.dropFirst()
            while rest.first != "}" {
                let label = rest.prefix(while: isName)
                rest = rest.dropFirst(label.count)
                guard !label.isEmpty, rest.starts(with: "=\"".unicodeScalars) else { return nil }
                rest = rest.dropFirst(2)
                var text = String.UnicodeScalarView()
                while let scalar = rest.first, scalar != "\"" {
                    rest = rest.dropFirst()
                    if scalar == "\\" {
                        guard let escaped = rest.first, "\\\"n".unicodeScalars.contains(escaped) else { return nil }
                        rest = rest.dropFirst()
                    }
                    text.append(scalar)
                }
                guard rest.first == "\"" else { return nil }
                rest = rest.dropFirst()
                if rest.first == "," { rest = rest.dropFirst() } else if rest.first != "}" { return nil }
                labels.append((String(label), String(text)))
            }
            rest = rest.dropFirst()
        }
        guard rest.first == " ", let value = Double(String(rest.dropFirst())) else { return nil }
        self.name = String(name)
        self.value = value
    }
}
