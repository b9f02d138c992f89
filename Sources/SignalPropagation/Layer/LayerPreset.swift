/// A layer that is known by a name.
package struct LayerPreset: Sendable {
  /// As it is typed in the place of the expression.
  package let name: String
  /// What it stands for.
  package let expression: String
  /// Where it comes from.
  package let source: String

  /// All of them.
  package static let all = [
    LayerPreset(
      name: "gpt2",
      expression:
        "h + W(gelu_tanh(W(layernorm(h), out=4*d, std=0.02)), std=0.02/sqrt(2*N))",
      source: "MLP block of GPT-2, N counting these blocks; Radford et al. 2019"),
    LayerPreset(
      name: "llama",
      expression:
        "n = rmsnorm(h); h + W2(silu(W1(n, out=8*d/3))*W3(n, out=8*d/3), gain=g/sqrt(2*N))",
      source: "gated MLP block of LLaMA with scaled output; Touvron et al. 2023"),
    LayerPreset(
      name: "postnorm", expression: "layernorm(h + W(relu(W(h, out=4*d))))",
      source: "feed-forward block of the first transformer; Vaswani et al. 2017"),
    LayerPreset(
      name: "prenorm", expression: "h + W(relu(W(layernorm(h), out=4*d)))",
      source: "the same with the normalisation first; Xiong et al. 2020"),
    LayerPreset(
      name: "deepnorm",
      expression:
        "a = (2*N)**0.25; b = (8*N)**-0.25;"
        + " layernorm(a*h + W(relu(W(h, out=4*d, gain=b)), gain=b))",
      source: "an encoder's feed-forward block; Wang et al. 2022"),
    LayerPreset(
      name: "olmo2",
      expression: "h + rmsnorm(W2(silu(W1(h, out=8*d/3))*W3(h, out=8*d/3)))",
      source: "normalisation of the branch's output; OLMo team 2024"),
    LayerPreset(
      name: "siren", expression: "sin(30*W(h, init=kaiming_uniform, gain=sqrt(2)/30))",
      source: "a hidden layer, weights uniform within sqrt(6/d)/30; Sitzmann et al. 2020"),
  ]

  /// The preset of a name.
  package static func named(_ name: String) -> LayerPreset? { all.first { $0.name == name } }
}
