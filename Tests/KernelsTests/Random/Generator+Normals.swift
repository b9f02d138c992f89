import Kernels

extension Generator {
  /// The first normal numbers of a seed, as `torch.randn` draws them.
  static func normals(
    _ count: Int, seed: UInt64, mean: Double = 0, std: Double = 1
  ) -> [Float] {
    var generator = Generator(seed: seed)
    var values = [Float](repeating: 0, count: count)
    generator.fillNormal(&values, mean: mean, std: std)
    return values
  }
}
