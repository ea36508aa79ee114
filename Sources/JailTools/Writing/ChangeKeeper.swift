/// Who keeps a file as it is, before it is changed.
package protocol ChangeKeeper {
    /// Hands over what is about to be replaced (nil: nothing is there) and by what. Does not wait, so that the new content
    /// can be written meanwhile.
    func offer(_ before: KeptFile?, after: [UInt8]) throws(ToolFailure)
    /// Waits until it is kept: the one answer to each offer. Throws where it could not be, and then nothing may be changed.
    func settle() throws(ToolFailure)
}

package struct KeptFile {
    package let mode: UInt32
    package let size: Int
    /// nil where it is longer than anybody would keep.
    package let bytes: [UInt8]?
}
