/// What the program was started with after its own name, byte for byte: a file name need not be UTF-8.
package func argumentBytes() -> [[UInt8]] {
  CommandLine.unsafeArgv.advanced(by: 1).pointee == nil
    ? []
    : (1..<Int(CommandLine.argc)).compactMap { index in
      CommandLine.unsafeArgv[index].map { argument in
        Array(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
      }
    }
}
