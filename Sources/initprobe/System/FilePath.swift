import Platform

/// The path of a file as the system knows it: bytes, which need not be UTF-8.
struct FilePath: Equatable, Sendable {
  /// Without a final zero.
  let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The path that an argument names, see `String.init(argument:)`.
  init(argument text: String) {
    bytes = text.unicodeScalars.flatMap { scalar in
      scalar.escapedByte.map { [$0] } ?? Array(String(scalar).utf8)
    }
  }

  /// What system calls take.
  var cString: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

  /// The directory that holds the file, with a slash at its end; `./` for a bare name.
  var directory: FilePath {
    let slash = bytes.lastIndex(of: UInt8(ascii: "/"))
    return FilePath(bytes: slash.map { Array(bytes[...$0]) } ?? Array("./".utf8))
  }

  /// Whether it names a file at all, and not a directory by a slash at its end.
  var hasName: Bool { bytes.last.map { $0 != UInt8(ascii: "/") } ?? false }

  /// Another file in the same directory.
  func beside(_ name: String) -> FilePath { FilePath(bytes: directory.bytes + Array(name.utf8)) }

  /// The absolute path without links; `nil`, with `errno` set, where the file is not there.
  func resolved() -> FilePath? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard realpath(cString, &buffer) != nil else { return nil }
    return FilePath(bytes: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
  }

  /// Where the link at this path leads; `nil`, with `errno` set, where it is no link.
  func linkTarget() -> FilePath? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(cString, &buffer, buffer.count)
    guard count >= 0 else { return nil }
    let target = buffer.prefix(count).map { UInt8(bitPattern: $0) }
    return FilePath(bytes: (target.first == UInt8(ascii: "/") ? [] : directory.bytes) + target)
  }
}

extension String {
  /// An argument of the command line as text that holds all of its bytes.
  ///
  /// A byte b that belongs to no character becomes the private-use scalar U+10FE00 + b, as it becomes a
  /// surrogate in Python (PEP 383). The bytes of these scalars themselves do so too: different arguments
  /// are different texts.
  init(argument bytes: [UInt8]) {
    var scalars = UnicodeScalarView()
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var start = 0
    func escape(_ count: Int) {
      for byte in bytes[start..<(start + count)] { scalars.append(Unicode.Scalar(escaping: byte)) }
      start += count
    }
    while start < bytes.count {
      switch parser.parseScalar(from: &rest) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        if scalar.escapedByte != nil {
          escape(encoded.count)
        } else {
          scalars.append(scalar)
          start += encoded.count
        }
      case .error(let length): escape(length)
      case .emptyInput: start = bytes.count
      }
    }
    self = String(scalars)
  }
}

extension Unicode.Scalar {
  fileprivate init(escaping byte: UInt8) { self = Unicode.Scalar(0x10FE00 + UInt32(byte))! }

  /// The byte that the scalar stands for in an argument.
  var escapedByte: UInt8? { 0x10FE80...0x10FEFF ~= value ? UInt8(value - 0x10FE00) : nil }
}
