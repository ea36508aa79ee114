import JSON
import LinuxSystem
import Sidecar
import TestSupport
import Testing

/// What `/health/detailed` asks of providers.
@Suite(.timeLimit(.minutes(1))) struct GatewayProbeTests {
    private static let look = "GET /health/detailed HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test(arguments: LiveGateway.Way.allCases) func manyLookersShareOneProbe(way: LiveGateway.Way) async throws {
        let asked = Shared(0)
        let mayAnswer = try Descriptor.pipeParts()
        defer { mayAnswer.close() }
        let upstream = try TestUpstream { socket, _ in
            while socket.readRequest() != nil {
                asked.change { $0 += 1 }
                waitForByte(mayAnswer)
                socket.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            }
        }
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            let lookers = try (0..<5).map { _ in try gateway.connect() }
            for looker in lookers { looker.send(Self.look) }
            #expect(await eventually { await gateway.hold().requests == 5 })
            // One leaves: the others get their answer all the same.
            lookers[0].close()
            #expect(await eventually { await gateway.hold().connections == 4 })
            #expect(await gateway.hold().transfers == 1)
            write(mayAnswer)
            for looker in lookers.dropFirst() {
                let answer = try #require(looker.readAnswer())
                #expect(answer.status == 200 && answer.text.contains("HTTP 404"), "\(answer.text)")
            }
            #expect(asked.value == 1)

            // Half a minute later the next one asks again.
            lookers[1].send(Self.look)
            #expect(lookers[1].readAnswer()?.status == 200)
            #expect(asked.value == 1)
            await gateway.pass(.seconds(31))
            lookers[2].send(Self.look)
            #expect(await eventually { asked.value == 2 })
            write(mayAnswer)
            #expect(lookers[2].readAnswer()?.status == 200)
        }
    }

    @Test(arguments: LiveGateway.Way.allCases) func nobodyWaitsForSilenceForLong(way: LiveGateway.Way) async throws {
        let upstream = try TestUpstream { socket, _ in _ = socket.readToEnd() }
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            let lookers = try (0..<2).map { _ in try gateway.connect() }
            for looker in lookers { looker.send(Self.look) }
            #expect(await eventually { await gateway.hold().requests == 2 })
            #expect(await eventually { upstream.connectionCount == 1 })
            await gateway.pass(.seconds(4))
            for looker in lookers {
                #expect(looker.readAnswer()?.text.contains("no answer") == true)
            }
            #expect(upstream.connectionCount == 1)
        }
    }
}
