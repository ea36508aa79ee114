internal import CJail
internal import Confinement

/// What every run of a jail is told alike, laid out once.
final class JailTables {
    let folders: FixedArray<cjail_folder>
    let kept: FixedArray<cjail_kept>
    let ports: FixedArray<UInt16>
    let filter: FixedArray<UInt8>
    let workerFilter: FixedArray<UInt8>
    /// The strings that those point at.
    private let strings: [CStrings]

    init(_ plan: JailPlan, kept mounts: [KeptMount]) {
        let names = CStrings(plan.freshFolders.map(\.path))
        let options = CStrings(plan.freshFolders.map { "size=\($0.bytes),nr_inodes=\($0.inodes),mode=1777" })
        let keptNames = CStrings(mounts.map(\.path))
        folders = FixedArray(plan.freshFolders.indices.map { cjail_folder(path: names[$0], options: options[$0]) })
        kept = FixedArray(
            mounts.enumerated().map { cjail_kept(path: keptNames[$0], is_folder: $1.isFolder ? 1 : 0) })
        if case .own(let ports) = plan.network { self.ports = FixedArray(ports) } else { ports = FixedArray([]) }
        filter = FixedArray(plan.filter)
        workerFilter = plan.workerFilter.isEmpty ? filter : FixedArray(plan.workerFilter)
        strings = [names, options, keptNames]
    }
}
