@testable import initprobe

extension RowTable {
  /// Where the column of this name is in a row.
  func index(_ name: String) -> Int { columns.firstIndex { $0.name == name }! }
}

extension Substring {
  /// The cells of a row of CSV without quotes.
  var cells: [Substring] { split(separator: ",", omittingEmptySubsequences: false) }
}
