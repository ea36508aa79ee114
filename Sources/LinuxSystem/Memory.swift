internal import CLinux

package enum Memory {
    /// Gives free pages back to the kernel. glibc keeps what it was once given, so a busy hour would show in the process for
    /// days. It looks through all of the heap: for quiet moments.
    package static func giveBack() { clinux_give_back_memory() }

    /// Keeps free memory at hand, for who calls `giveBack` when it is quiet. By itself glibc gives pages back after every
    /// large body, and the kernel clears them anew for the next: a tenth of what a body of 300 kB costs.
    package static func keepAtHand() { clinux_keep_memory(keptBytes) }

    private static let keptBytes: Int32 = 8 << 20
}
