extension Panels {
  package func activate(_ activation: Activation, output: Panels) {
    activation.apply(
      to: base.groups, value: output.base.groups, derivative: base.groups,
      groups: count / Panels.lanes)
  }
  package func scale(by scale: Float, addingTo h: Panels) {
    let (b, h) = (base.groups, h.base.groups)
    for i in 0..<(count / Panels.lanes) { b[i] = h[i] + b[i] * scale }
  }
  package func multiply(byDerivative derivative: Panels) {
    pullBack(self, factor: 1, derivative: derivative, adding: false)
  }
  package func set(to scale: Float, times source: Panels) {
    pullBack(source, factor: scale, derivative: nil, adding: false)
  }
}
