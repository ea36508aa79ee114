/// File systems by the names of mount(8) that do not keep to the rules of a local disk.
enum FileSystems {
    static func problem(_ type: String) -> String? {
        if network.contains(type) || type.hasPrefix("fuse.") { return "which others change meanwhile" }
        if caseless.contains(type) { return "where upper and lower case are the same name" }
        return nil
    }

    private static let network: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "afs", "ceph", "glusterfs", "lustre", "ncpfs",
        "beegfs",
        "vboxsf", "vmhgfs", "prl_fs",
    ]
    private static let caseless: Set<String> = ["vfat", "msdos", "exfat", "ntfs", "ntfs3", "hfs", "hfsplus", "fuseblk"]
}
