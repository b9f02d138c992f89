/// How the weights of a layer are drawn. The gain of the experiment multiplies each of them.
public enum Initializer: Equatable, Sendable {
  /// Normal with standard deviation gain·sqrt(2/(fan_in + fan_out)), `torch.nn.init.xavier_normal_`.
  case xavierNormal
}
