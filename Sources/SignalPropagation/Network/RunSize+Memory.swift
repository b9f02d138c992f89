import Kernels

extension RunSize {
  /// The memory that a run needs on at most this many threads, in bytes; `nil` where that is more than an
  /// `Int` holds.
  func memory(threads: Int) -> Int? {
    let workers = Double(usefulThreads(threads))
    let drawing = drawing(workers)
    let whole = tapes(workers) + drawing.kept
    // Weights that are all in one chunk are drawn once, when the tapes are still empty.
    let drawn =
      drawing.isOnce
      ? RunSize.float * columns * Double(Panels.paddedFeatures(experiment.shape.width(ofLayer: 0)))
        + drawing.most
      : tapes(workers) + drawing.most
    let bytes =
      max(whole, drawn) + chunk.bytes + weightGradients(workers) + statistics + spectrum
      + experiment.bytesOfRecords(isMeasured: true) + RunSize.base
    return bytes < 0x1p62 ? Int(bytes) : nil
  }

  /// What any run takes beside the rest: code that is read, stacks of threads.
  private static let base = 2.0e6
  /// What the C library and Swift take for an array or an object beside its elements.
  private static let objectBytes = 48.0
  /// What a tape takes beside its panels.
  private static let tapeBytes = 512.0
  private static let float = Double(MemoryLayout<Float>.stride)

  private var lanes: Double { Double(Panels.lanes) }
  private var widest: Double {
    layers.flatMap(\.program.widths).max().map(Double.init) ?? 0
  }

  // MARK: Tapes

  /// Tapes, with the panels and lists that they are made of, and what a thread has at hand to fill them and
  /// to count in them.
  private func tapes(_ workers: Double) -> Double {
    let slices = max(min(workers, columns / lanes), columns / Double(Slice.usualColumns)).rounded(
      .up)
    let steps = layers.map { Double($0.program.steps.count) }.max() ?? 0
    let kept = experiment.purpose == .output ? 0 : segmentLayers * (3 + 2 * steps)
    return columns * tapeBytesPerColumn + slices * (RunSize.tapeBytes + kept * RunSize.objectBytes)
      + min(workers, slices) * RunSize.float * columns / slices * widest
  }

  // MARK: Weights

  /// The largest chunk: its bytes, and its matrices.
  private var chunk: (bytes: Double, matrices: Double) {
    let largestLayer = layers.map { RunSize.weights($0.program) }.max() ?? 0
    let limit = Double(limits.weightBytes) / RunSize.float
    let fitting =
      layers.count == 1 ? (limit / largestLayer).rounded(.down) * largestLayer : limit
    let weights = min(weightsPerLayer * Double(network.depth), max(fitting, largestLayer))
    let perLayer = layers.map { Double($0.program.graph.matrices.count) }.max() ?? 0
    let matrices = (weights / max(weightsPerLayer, 1)).rounded(.up) * perLayer
    return (RunSize.float * weights + 4 * matrices * RunSize.objectBytes, matrices)
  }

  /// What the threads that draw weights have at hand: what they keep of it, the most, and whether all is drawn
  /// once, for the way up.
  private func drawing(_ workers: Double) -> (kept: Double, most: Double, isOnce: Bool) {
    let matrices = layers.flatMap(\.program.graph.matrices)
    let chunk = chunk
    let threads = min(workers, chunk.matrices)
    let kept = matrices.map { RunSize.float * $0.unpackedWeights + RunSize.factorization($0) }.max()
    let copies = matrices.map(RunSize.copies).max() ?? 0
    let total = weightsPerLayer * Double(network.depth)
    return (
      threads * (kept ?? 0), threads * ((kept ?? 0) + copies),
      chunk.bytes >= RunSize.float * total
    )
  }

  /// Bytes that the QR factorisation of a matrix takes.
  private static func factorization(_ matrix: LayerGraph.Matrix) -> Double {
    guard matrix.initializer == .orthogonal else { return 0 }
    return OrthonormalFactor.bytes(
      rows: Double(max(matrix.fanIn, matrix.fanOut)),
      columns: Double(min(matrix.fanIn, matrix.fanOut)))
  }

  /// Bytes of the copy that a matrix which is not square takes for a moment: to be transposed, and a wide one to
  /// be factored as a tall one.
  private static func copies(_ matrix: LayerGraph.Matrix) -> Double {
    matrix.fanIn == matrix.fanOut ? 0 : float * floats(matrix)
  }

  /// The operands and cotangents of a matrix over the whole batch, put together, and the columns of the product
  /// that each thread is at.
  private func weightGradients(_ workers: Double) -> Double {
    guard experiment.purpose == .weightGradient else { return 0 }
    let most = layers.flatMap { layer in
      let program = layer.program
      return program.graph.matrices.indices.map { index in
        let uses = program.steps.count { step in
          if case .linear(let linear) = step.operation { linear.matrix == index } else { false }
        }
        let (fanIn, fanOut) = (
          Double(program.graph.matrices[index].fanIn), Double(program.graph.matrices[index].fanOut)
        )
        let rows = Double(uses) * Double(experiment.batch)
        return rows * (fanIn + fanOut) + workers * Double(Panels.maxWidth) * (rows + fanOut)
      }
    }.max()
    return RunSize.float * (most ?? 0)
  }

  // MARK: Results

  /// What is gathered for each reported layer: of each row its summary and the sum of its gradient, of each
  /// unit a sum over the rows.
  private var statistics: Double {
    let bins = Double(MemoryLayout<Int>.stride * 2 * GridCounts.binsPerSide)
    let each =
      LayerStatistics.bytes(batch: Double(experiment.batch), features: widest)
      + (experiment.histogram ? bins : 0)
    return (Double(experiment.reportCount) + 1) * each
  }

  /// The Jacobian follows when the tapes are gone, but what they took is kept for reuse.
  private var spectrum: Double {
    experiment.spectrum ? JacobianRun.bytes(experiment, network) : 0
  }
}
