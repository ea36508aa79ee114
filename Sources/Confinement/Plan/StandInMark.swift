/// By which a stand-in is known for one that was left behind: a jail that is killed cannot take its own away.
///
/// Where the file system keeps no attributes there is no mark, and what was left stays until somebody removes it.
package enum StandInMark {
    package static let attribute = "user.sidecar.stand-in"
    /// The longest that any of them is. One that is longer was written to, and is somebody's.
    package static let bytesMax = 2
}
