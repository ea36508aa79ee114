/// ELF files that have been looked at, each read once.
final class ELFCatalog<Host: PlanHost> {
    private let host: Host
    private var images: [NormalPath: ELFImage?] = [:]

    init(_ host: Host) { self.host = host }

    /// Of a path without links; nil for what is no ELF file.
    func image(_ path: NormalPath) -> ELFImage? {
        if let known = images[path] { return known }
        let image = ELFImage { host.bytes(of: path, from: $0, count: $1) }
        images[path] = .some(image)
        return image
    }
}
