import Arguments
import SignalPropagation

/// Shards of a sweep to be joined.
struct MergeRequest: Equatable {
  /// The files of the shards.
  var shards: [String]
  /// The file of the whole.
  var output: String
  /// How rows are written.
  var format: RowFormat
  /// The sweep that the shards are held against; `nil` where nothing but their rows and names tells it.
  var sweep: SweepRequest?

  static let positionals = [
    Positional(
      name: "shard",
      help:
        "The files of the shards, named as sweep.3-of-8.csv. After '--' can come the arguments of the"
        + " sweep, without --output and --shard: then the files may have any name, and every row is"
        + " held against the sweep.", values: [], isFile: true, repeats: true)
  ]

  static let groups: [OptionGroup<Operand?>] = [
    OptionGroup(
      "OUTPUT",
      [
        Option(
          "--output", "<file>",
          help: "The file of the whole sweep; written complete or not at all.", values: .file,
          isRequired: true
        ) { (output, operand) throws(ArgumentError) in
          guard RowFormat(path: operand.text) != nil else { throw .value(operand, .notASweepFile) }
          output = operand
        }
      ])
  ]

  /// What to merge, from everything that follows the command.
  init(parsing tokens: [String]) throws(ArgumentError) {
    let end = tokens.firstIndex(of: "--") ?? tokens.endIndex
    var output: Operand?
    shards = try Parser(MergeRequest.groups).parse(Array(tokens[..<end]), into: &output)
    guard !shards.isEmpty else {
      throw .missing(
        ["shard"], example: "initprobe merge sweep.*-of-8.csv --output sweep.csv")
    }
    guard let output, let format = RowFormat(path: output.text) else {
      throw .refused(
        "the option '--output' is missing; give the file of the whole, such as '--output sweep.csv'."
      )
    }
    (self.output, self.format) = (output.text, format)
    sweep =
      end == tokens.endIndex
      ? nil : try SweepRequest(parsing: Array(tokens[(end + 1)...]) + ["--dry-run"])
  }

  /// Writes the whole, or says what is wrong with the shards.
  func run() throws(Failure) {
    let destination = Destination.file(output)
    try destination.check()
    let memory = try MergeMemory(shards, format, sweep: sweep)
    let files = try ShardFile.reading(shards, format, output: output, memory: memory)
    let merge = try ShardMerge(files, format, settings: sweep?.settings)
    try memory.check(more: memory.bytesOfOrder(points: merge.points))
    let places = try places(in: merge)
    let rows = places.lazy.flatMap { merge.block(at: $0).pieces }
    try destination.write([AnySequence([merge.header]), AnySequence(rows)].joined())
  }

  private func places(in merge: ShardMerge) throws(Failure) -> [ShardMerge.Place] {
    guard let sweep else { return try merge.placesByName() }
    return try merge.places(in: sweep.contents(try sweep.listedPoints(), format))
  }
}
