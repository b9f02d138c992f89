import SignalPropagation
import Testing

@Suite struct InitializerParsingTests {
  /// What the schemes need that have parameters without a default.
  static let required = [
    "sparse": ":sparsity=0.5", "normal": ":std=0.1", "uniform": ":bound=0.1",
  ]

  @Test(
    arguments: [
      ("xavier_normal", .xavierNormal), ("Xavier_Uniform", .xavierUniform),
      ("kaiming_normal", .kaimingNormal(.fanIn)),
      ("KAIMING_UNIFORM:MODE=Fan_Out", .kaimingUniform(.fanOut)),
      ("lecun_normal", .lecunNormal), ("lecun_uniform", .lecunUniform),
      ("trunc_normal", .truncNormal(std: 1, a: -2, b: 2)),
      ("trunc_normal:b=0.04,std=0.02,a=-0.04", .truncNormal(std: 0.02, a: -0.04, b: 0.04)),
      ("trunc_normal:a=-1000,b=1000", .truncNormal(std: 1, a: -1000, b: 1000)),
      ("sparse:sparsity=0.9", .sparse(sparsity: 0.9, std: 0.01)),
      ("normal:std=5e-2", .normal(std: 0.05)), ("uniform:bound=0", .uniform(bound: 0)),
      ("torch_linear", .torchLinear),
      (
        "variance_scaling",
        .varianceScaling(scale: 1, mode: .fanIn, distribution: .truncatedNormal)
      ),
      (
        "variance_scaling:scale=2,mode=fan_avg,distribution=uniform",
        .varianceScaling(scale: 2, mode: .fanAverage, distribution: .uniform)
      ),
    ] as [(String, Initializer)])
  func `texts are read`(text: String, initializer: Initializer) throws {
    #expect(try Initializer(parsing: text) == initializer)
    #expect(try Initializer(parsing: initializer.description) == initializer)
  }

  @Test(
    arguments: [
      (.xavierNormal, "xavier_normal"), (.kaimingNormal(.fanIn), "kaiming_normal"),
      (.kaimingNormal(.fanOut), "kaiming_normal:mode=fan_out"),
      (.normal(std: 1), "normal:std=1"), (.normal(std: 1e-20), "normal:std=1e-20"),
      (.sparse(sparsity: 0.9, std: 0.01), "sparse:sparsity=0.9"),
      (.truncNormal(std: 0.5, a: -2, b: 1), "trunc_normal:std=0.5,b=1"),
      (.varianceScaling(), "variance_scaling"),
      (
        .varianceScaling(scale: 2, mode: .fanOut, distribution: .untruncatedNormal),
        "variance_scaling:scale=2,mode=fan_out,distribution=untruncated_normal"
      ),
    ] as [(Initializer, String)])
  func `values are written without their defaults`(initializer: Initializer, text: String) {
    #expect(initializer.description == text)
  }

  @Test(
    arguments: [
      ("xaver_normal", .unknownScheme("xaver_normal")), ("", .unknownScheme("")),
      (
        "xavier_normal:gain=2",
        .unknownParameter(scheme: "xavier_normal", parameter: "gain", known: [])
      ),
      (
        "kaiming_normal:model=fan_in",
        .unknownParameter(scheme: "kaiming_normal", parameter: "model", known: ["mode"])
      ),
      (
        "kaiming_normal:mode=fan_avg",
        .badValue(
          scheme: "kaiming_normal", parameter: "mode", value: "fan_avg",
          expected: "fan_in or fan_out")
      ),
      ("normal", .missingParameter(scheme: "normal", parameter: "std")),
      ("uniform:std=1", .missingParameter(scheme: "uniform", parameter: "bound")),
      ("sparse:std=1", .missingParameter(scheme: "sparse", parameter: "sparsity")),
      ("normal:std=1,std=2", .repeatedParameter(scheme: "normal", parameter: "std")),
      ("normal:", .malformedParameter(scheme: "normal", text: "")),
      ("normal:std", .malformedParameter(scheme: "normal", text: "std")),
      ("normal:std=", .malformedParameter(scheme: "normal", text: "std=")),
      ("normal:std=1=2", .malformedParameter(scheme: "normal", text: "std=1=2")),
      ("normal:std=1,", .malformedParameter(scheme: "normal", text: "")),
      (
        "normal:std=x",
        .badValue(
          scheme: "normal", parameter: "std", value: "x", expected: "a number of at least 0")
      ),
      (
        "normal:std=-1",
        .badValue(
          scheme: "normal", parameter: "std", value: "-1", expected: "a number of at least 0")
      ),
      (
        "normal:std=nan",
        .badValue(
          scheme: "normal", parameter: "std", value: "nan", expected: "a number of at least 0")
      ),
      (
        "normal:std=1e999",
        .badValue(
          scheme: "normal", parameter: "std", value: "1e999", expected: "a number of at least 0")
      ),
      (
        "sparse:sparsity=1.1",
        .badValue(
          scheme: "sparse", parameter: "sparsity", value: "1.1", expected: "a number from 0 to 1")
      ),
      (
        "variance_scaling:scale=0",
        .badValue(
          scheme: "variance_scaling", parameter: "scale", value: "0", expected: "a number above 0")
      ),
      (
        "trunc_normal:a=3",
        .badValue(
          scheme: "trunc_normal", parameter: "b", value: "", expected: "a number above a")
      ),
      (
        "trunc_normal:a=50,b=60",
        .badValue(
          scheme: "trunc_normal", parameter: "a", value: "50",
          expected: "a number nearer to 0 or to b")
      ),
      (
        "trunc_normal:a=1e308,b=1.1e308,std=1e-320",
        .badValue(
          scheme: "trunc_normal", parameter: "a", value: "1e308",
          expected: "a number nearer to 0 or to b")
      ),
    ] as [(String, InitializerError)])
  func `what is wrong is said`(text: String, error: InitializerError) {
    #expect(throws: error) { try Initializer(parsing: text) }
  }

  @Test func `the catalogue holds every scheme once, under its name`() throws {
    let names = Initializer.catalogue.map(\.name)
    #expect(Set(names).count == names.count)
    for entry in Initializer.catalogue {
      let text = entry.name + (Self.required[entry.name] ?? "")
      #expect(try Initializer(parsing: text).name == entry.name)
      #expect(!entry.formula.isEmpty && !entry.source.isEmpty)
    }
  }
}
