import Confinement
import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(2)))
struct JailNetworkTests {
    static let port: UInt16 = 3128

    @Test(arguments: Starter.possible) func `The host answers who connects inside, and nothing else is there`(
        _ starter: Starter
    ) async throws {
        try await jailed(starter, prepare: { _, plan in plan.network = .own(ports: [Self.port]) }) { jail, _ in
            let listeners = jail.zygote.takeListeners()
            #expect(listeners.map(\.port) == [Self.port])
            #expect(jail.zygote.takeListeners().isEmpty)
            let listener = try #require(listeners.first).descriptor
            let answering = try Thread(name: "host") {
                var waiting = pollfd(fd: listener.raw, events: Int16(POLLIN), revents: 0)
                poll(&waiting, 1, 20_000)
                let client = accept(listener.raw, nil, nil)
                _ = write(client, "from outside\n", 13)
                close(client)
            }
            let ran = try await jail.shell(
                """
                cat < /dev/tcp/127.0.0.1/\(Self.port)
                for place in 127.0.0.1/\(Self.port + 1) 10.0.0.1/80 169.254.169.254/80 1.1.1.1/53; do
                    (: < /dev/tcp/$place) 2>/dev/null && echo reached $place
                done
                (echo x > /dev/udp/1.1.1.1/53) 2>/dev/null && echo sent
                """)
            answering.join()
            #expect(ran.output == "from outside\n")
        }
    }

    @Test func `No network is none, not even to oneself`() async throws {
        try await jailed { jail, _ in
            #expect(jail.zygote.takeListeners().isEmpty)
            let ran = try await jail.shell(
                "(: < /dev/tcp/127.0.0.1/80) 2>/dev/null && echo reached; (echo x > /dev/udp/127.0.0.1/53) && echo sent"
            )
            #expect(ran.output == "")
        }
    }

    @Test func `Nobody inside listens where the host answers`() async throws {
        let python = "/usr/bin/python3"
        guard File.exists(python) else { return }
        let library = realPath(python).replacing("/bin/", with: "/lib/")
        try await jailed(
            .ourselves, commonTools + [python], readable: [library],
            prepare: { _, plan in plan.network = .own(ports: [Self.port]) }
        ) { jail, _ in
            let ran = try await jail.run(
                JailRun(
                    program: python,
                    arguments: [
                        "python3", "-c",
                        """
                        import socket
                        for address in [('127.0.0.1', \(Self.port)), ('127.0.0.2', \(Self.port)), ('127.0.0.1', 0)]:
                            try: socket.socket().bind(address); print('bound', address)
                            except OSError as error: print(type(error).__name__)
                        """,
                    ], environment: ["PATH": "/usr/bin"]))
            #expect(ran.output == "PermissionError\nPermissionError\nPermissionError\n", "\(ran.errors)")
        }
    }
}
