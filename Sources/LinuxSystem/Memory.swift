internal import CLinux

package enum Memory {
    /// Gives free pages back to the kernel. glibc keeps what it was once given, so a busy hour would show in the process for
    /// days. It looks through all of the heap: for quiet moments.
    package static func giveBack() { clinux_give_back_memory() }
}
