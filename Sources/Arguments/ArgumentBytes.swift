extension String {
  /// An argument of the command line as text that holds all of its bytes.
  ///
  /// A byte b that belongs to no character becomes the private-use scalar U+10FE00 + b, as it becomes a
  /// surrogate in Python (PEP 383). The bytes of these scalars themselves do so too: different arguments
  /// are different texts.
  package init(argument bytes: [UInt8]) {
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
  package var escapedByte: UInt8? { 0x10FE80...0x10FEFF ~= value ? UInt8(value - 0x10FE00) : nil }
}
