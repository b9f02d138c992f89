extension Generator {
  /// The numbers at `range` of what `fillNormal` would write for `total` of them, without drawing the others:
  /// rows of a batch can be drawn where they are needed.
  ///
  /// The generator is left as it is.
  package func normals(in range: Range<Int>, of total: Int) -> [Float] {
    precondition(range.upperBound <= total)
    let block = NormalTransform.block
    guard total >= block else {
      var all = [Float](repeating: 0, count: total)
      var copy = self
      copy.fillNormal(&all, mean: 0, std: 1)
      return Array(all[range])
    }
    guard !range.isEmpty else { return [] }
    // Whole blocks around the range, and no more than there are.
    let whole = total / block * block
    let start = min(range.lowerBound / block * block, whole - block)
    let end = min((range.upperBound + block - 1) / block * block, whole)
    var numbers = [Float](repeating: 0, count: end - start)
    var copy = self
    copy.discard(start)
    copy.fillNormal(&numbers, mean: 0, std: 1)
    // A ragged end is drawn anew over the last sixteen.
    if total > whole, range.upperBound > total - block {
      var last = [Float](repeating: 0, count: block)
      copy.discard(whole - end + total - whole)
      copy.fillNormal(&last, mean: 0, std: 1)
      numbers += Array(repeating: 0, count: total - end)
      for (index, number) in last.enumerated() where total - block + index >= start {
        numbers[total - block + index - start] = number
      }
    }
    return Array(numbers[(range.lowerBound - start)..<(range.upperBound - start)])
  }
}
