internal import Confinement
internal import LinuxSystem
internal import Sandbox

/// The workers of one host: a few for each jail, made when they are needed, kept, and replaced when they end. On its loop
/// only.
final class WorkerPool {
    let tidy = TidyFolders()
    private let path: String
    private var idle: [ObjectIdentifier: [Worker]] = [:]
    private var all: [ObjectIdentifier: Worker] = [:]

    /// More wait idle for nobody.
    private static let idleMax = 4

    init(path: String) { self.path = path }

    func take(_ jail: ToolJail, _ compiled: CompiledPolicy) throws(SystemError) -> Worker {
        while let worker = idle[ObjectIdentifier(jail)]?.popLast() {
            if worker.isAlive { return worker }
            all[ObjectIdentifier(worker)] = nil
        }
        let worker = try Worker.start(path, jail, compiled)
        all[ObjectIdentifier(worker)] = worker
        return worker
    }

    func giveBack(_ worker: Worker, _ jail: ToolJail) {
        let count = idle[ObjectIdentifier(jail)]?.count ?? 0
        if worker.isAlive, count < Self.idleMax { return idle[ObjectIdentifier(jail), default: []].append(worker) }
        worker.stop()
        all[ObjectIdentifier(worker)] = nil
    }

    /// Before their jail ends.
    func stop(in jail: ToolJail) {
        for worker in idle.removeValue(forKey: ObjectIdentifier(jail)) ?? [] {
            worker.stop()
            all[ObjectIdentifier(worker)] = nil
        }
    }

    func stop() {
        for worker in all.values { worker.stop() }
        all = [:]
        idle = [:]
    }
}
