/// A file that has no name until all of it is written, so that a process that dies leaves nothing behind.
package struct UnnamedFile: ~Copyable {
  /// For writing.
  package let descriptor: Int32

  /// Opens one in a directory; `nil` where the system, or the file system, has none.
  package init?(in directory: [CChar]) {
    #if os(Linux)
      // O_TMPFILE, a macro of other macros, which Swift does not see.
      let unnamed = 0o20_000_000 | O_DIRECTORY
      descriptor = open(directory, unnamed | O_WRONLY | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { return nil }
    #else
      return nil
    #endif
  }

  deinit { close(descriptor) }

  /// Gives the file a name that is not taken; false where that fails, with `errno` set.
  package borrowing func link(as path: [CChar]) -> Bool {
    #if os(Linux)
      // The way for processes without privileges, see open(2).
      linkat(
        AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, path, Int32(AT_SYMLINK_FOLLOW)) == 0
    #else
      false
    #endif
  }
}
