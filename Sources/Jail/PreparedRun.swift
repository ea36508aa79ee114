internal import CJail
internal import Confinement
internal import LinuxSystem

/// A run of which everything is done that does not depend on what is run. It waits for its order.
final class PreparedRun {
    private let process: Descriptor
    private let report: Descriptor
    private let orders: Descriptor
    private let isApart: Bool

    init(_ setup: cjail_setup) throws(SystemError) {
        let reports = try Descriptor.pipe()
        var ends: [Int32] = [0, 0]
        let paired = ends.withUnsafeMutableBufferPointer { cjail_order_pair($0.baseAddress) }
        if paired < 0 { throw SystemError(call: "socketpair", code: Int32(-paired)) }
        let theirs = Descriptor(owning: ends[1])
        orders = Descriptor(owning: ends[0])
        var setup = setup
        isApart = setup.apart != 0
        let result = cjail_prepare(&setup, reports.writing.raw, theirs.raw)
        if result < 0 { throw SystemError(call: "clone", code: Int32(-result)) }
        process = Descriptor(owning: Int32(result))
        // Without our own writing end, or the end would never come.
        report = reports.onlyReading()
    }

    /// Readable when the run has been reported on, or can be no more.
    var reportDescriptor: Int32 { report.raw }
    /// Readable when the first process has ended, and with it all others.
    var processDescriptor: Int32 { process.raw }

    /// False when it is not there any more to hear it.
    func give(_ order: RunOrder, descriptors: [Int32]) -> Bool { order.send(to: orders.raw, descriptors) }

    func signal(_ number: Int32) {
        // Among others the first process' death would be that of nobody else.
        let asked = !isApart && number == Signal.kill.rawValue
        _ = cjail_send_signal(process.raw, asked ? CJAIL_END_SIGNAL : number)
    }

    /// Waits, once one of the descriptors is readable.
    func readReport() -> EndedAnswer? { RunReport.read(report) }
    func reap() { _ = cjail_reap(process.raw) }
}
