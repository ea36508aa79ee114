/// Something mounted beneath a folder that every run mounts anew.
struct KeptMount {
    let path: String
    let isFolder: Bool
}
