import Kernels
import Platform
import Synchronization

extension Experiment {
  /// The time that a run takes, in floating-point operations of its matrix products: these, and as many
  /// as could be done while weights are drawn and functions computed.
  package var work: Double {
    guard let network = try? Network(self) else { return 0 }
    let layers = network.distinct
    let count = Double(max(network.depth, 1))
    let weights = layers.reduce(0) { $0 + Double($1.count) * RunSize.weights($1.program) }
    let units = layers.reduce(0) { sum, layer in
      sum + Double(layer.count)
        * layer.program.steps.reduce(0) {
          $0 + Double(layer.program.widths[$1.result])
        }
    }
    let products = 2 * weights / count
    let functions = SweepSchedule.functionWork * units / (2 * count)
    let drawing =
      SweepSchedule.drawWork + (network.usesQR ? SweepSchedule.qrWork * units / (2 * count) : 0)
    let passes = count + layersBelowLosses
    let run = passes * Double(batch) * (products + functions) + weights * drawing
    guard spectrum else { return run + SweepSchedule.startWork }
    let columns = Double(shape.width(ofLayer: 0))
    let jacobian = count * columns * (products + functions) + weights * drawing
    return run + jacobian + Double(reportCount) * workOfSingularValues + SweepSchedule.startWork
  }

  /// That of the singular values of one Jacobian.
  private var workOfSingularValues: Double {
    let (columns, rows) = (Double(shape.width(ofLayer: 0)), Double(shape.widestLayer))
    return columns * rows
      * (SweepSchedule.reductionWork * min(columns, rows) + SweepSchedule.bisectionWork)
  }
}

/// How the points of a sweep share the threads.
///
/// A small network leaves threads idle, so small points run side by side on one thread each; a large
/// one has work for all threads and would need its memory once for each of them, so it runs alone.
package struct SweepSchedule: Equatable, Sendable {
  /// Consecutive points that run side by side.
  package struct Batch: Equatable, Sendable {
    /// The points, as indices into those of the schedule.
    package let points: Range<Int>
    /// How many of them run at the same time.
    package let atOnce: Int
    /// The threads of each.
    package let threads: Int
  }

  /// In the order of the points, which they cover.
  package let batches: [Batch]
  private let bytesBesideRecord: Double

  /// The bytes of the schedule of so many points, with the list of their works.
  ///
  /// - Parameter largest: A point than which none has more work; without it, each is taken for a large one.
  package static func bytes(
    ofPoints count: Int, largest: Experiment? = nil, threads: Int = 1
  ) -> Int {
    let isSmall = largest.map { $0.work < smallWork } ?? false
    let batches = isSmall ? count / (pointsPerThread * threads) : count
    // A list that has grown has room for a half more, on average.
    return batches * MemoryLayout<Batch>.stride * 3 / 2 + count * MemoryLayout<Double>.stride
  }

  /// Half a second on one core.
  static let smallWork = 5e10
  /// More in a batch would only keep more finished points waiting for a slow one before them.
  static let pointsPerThread = 64

  /// For an element of a layer's output, as many operations as its function and statistics take.
  static let functionWork = 60.0
  /// For a weight, as many operations as drawing and packing it takes.
  static let drawWork = 150.0
  /// For a weight of an orthogonal matrix, as many operations for each column as its QR takes.
  static let qrWork = 5.0
  /// For an entry of a Jacobian, as many operations for each of its singular values as reflections take.
  static let reductionWork = 4.0
  /// For an entry of a Jacobian, as many operations as bisection takes.
  static let bisectionWork = 5500.0
  /// For a run, as many operations as its threads and buffers take.
  static let startWork = 1e6

  /// A schedule for `threads` threads within `memory` bytes; `nil` where memory is not known.
  ///
  /// - Parameter bytesBesideRecord: What is made of each record while others run, such as its text.
  package init(
    _ points: ArraySlice<Experiment>, threads: Int, memory: Int?, bytesBesideRecord: Double = 0
  ) {
    self.bytesBesideRecord = bytesBesideRecord
    var batches: [Batch] = []
    var rest = points
    var work = SizeTable(\.work)
    var bytes = MemoryTable(bytesBesideRecord: bytesBesideRecord)
    while let first = rest.first {
      let isSmall = work[first] < SweepSchedule.smallWork
      let most = isSmall ? SweepSchedule.pointsPerThread * threads : 1
      let taken = rest.prefix(most).prefix { work[$0] < SweepSchedule.smallWork }
      let batch = isSmall ? taken : rest.prefix(1)
      batches.append(Batch(batch, threads: threads, memory: memory, bytes: &bytes))
      rest = rest[batch.endIndex...]
    }
    self.batches = batches
  }

  /// The work of each point.
  package static func works(of points: [Experiment]) -> [Double] {
    var works = SizeTable(\.work)
    return points.map { works[$0] }
  }

  /// The bytes that the most demanding batch needs, in which the largest points may run at the same time;
  /// `nil` where that is more than an `Int` holds.
  package func memoryNeeded(for points: [Experiment]) -> Int? {
    var most = 0.0
    var bytes = MemoryTable(bytesBesideRecord: bytesBesideRecord)
    for batch in batches {
      let sizes = batch.points.map { bytes[points[$0], batch.threads] ?? .infinity }
      most = max(most, sizes.sorted(by: >).prefix(batch.atOnce).reduce(0, +))
    }
    return most < 0x1p62 ? Int(most) : nil
  }

  /// What `count` points that are alike take: how many of them run at the same time, and the bytes of these,
  /// `nil` where that is more than an `Int` holds.
  package static func memoryNeeded(
    for point: Experiment, count: Int, threads: Int, memory: Int?, bytesBesideRecord: Double = 0
  ) -> (atOnce: Int, bytes: Int?) {
    let points = Array(repeating: point, count: min(count, threads))
    let schedule = SweepSchedule(
      points[...], threads: threads, memory: memory, bytesBesideRecord: bytesBesideRecord)
    return (schedule.batches[0].atOnce, schedule.memoryNeeded(for: points))
  }

  /// Seconds that the points take at `rate` units of work per second and thread.
  package func seconds(for points: [Experiment], rate: Double) -> Double {
    let works = SweepSchedule.works(of: points)
    return batches.reduce(0) { sum, batch in
      let work = batch.points.reduce(0) { $0 + works[$1] }
      return sum + work / (rate * Double(batch.atOnce * batch.threads))
    }
  }
}

extension SweepSchedule.Batch {
  fileprivate init(
    _ points: ArraySlice<Experiment>, threads: Int, memory: Int?, bytes: inout MemoryTable
  ) {
    self.points = points.indices
    var fitting = min(threads, points.count)
    if let memory {
      while fitting > 1 {
        let largest = points.map { bytes[$0, threads / fitting] ?? .infinity }.max() ?? 0
        if Double(fitting) * largest <= Double(memory) { break }
        // What one takes hardly depends on its threads.
        fitting = min(fitting - 1, max(1, Int(min(Double(memory) / largest, 0x1p62))))
      }
    }
    atOnce = fitting
    self.threads = max(1, threads / fitting)
  }
}

/// What points take on so many threads.
private struct MemoryTable {
  let bytesBesideRecord: Double
  private var tables: [Int: SizeTable<Double?>] = [:]

  init(bytesBesideRecord: Double) { self.bytesBesideRecord = bytesBesideRecord }

  /// `nil` where that is more bytes than an `Int` holds.
  subscript(experiment: Experiment, threads: Int) -> Double? {
    mutating get {
      let beside = bytesBesideRecord
      let table = SizeTable { point in
        // What a run takes beside its records is free again when something is made of these.
        point.memoryNeeded(threads: threads).map {
          max(
            Double($0),
            point.bytesOfRecords(isMeasured: true) + beside * (Double(point.reportCount) + 1))
        }
      }
      return tables[threads, default: table][experiment]
    }
  }
}

/// A figure of the sizes of an experiment, worked out once for all points that have the same: it takes a
/// compilation of their layer.
struct SizeTable<Figure> {
  private let figure: (Experiment) -> Figure
  private var known: [(sizes: Experiment, figure: Figure)] = []
  /// A sweep rarely has more combinations of sizes.
  private static var most: Int { 64 }

  init(_ figure: @escaping (Experiment) -> Figure) { self.figure = figure }

  subscript(experiment: Experiment) -> Figure {
    mutating get {
      var sizes = experiment
      (sizes.seed, sizes.inputStd) = (0, 1)
      // An expression may have its widths from the gain.
      if sizes.layer.activation != nil { sizes.gain = 1 }
      if let entry = known.first(where: { $0.sizes == sizes }) { return entry.figure }
      let result = figure(experiment)
      if known.count == Self.most { known.removeFirst() }
      known.append((sizes, result))
      return result
    }
  }
}

extension SweepSchedule {
  /// Runs the points as scheduled.
  ///
  /// - Parameters:
  ///   - points: The list that the schedule was made for.
  ///   - progress: Called now and then with the index of a point that runs alone, and the fraction done.
  ///   - finish: Takes the records of the point with this index, on any thread, several at once, in any
  ///     order within a batch; no point is begun after it has returned false.
  package func run(
    _ points: [Experiment], progress: @escaping @Sendable (Int, Double) -> Void,
    finish: (Int, Result<[LayerRecord], LayerError>) -> Bool
  ) {
    let goesOn = Atomic(true)
    for batch in batches {
      forEachJob(batch.points.count, threads: batch.atOnce) { job in
        guard goesOn.load(ordering: .relaxed) else { return }
        let index = batch.points.lowerBound + job
        let records = Result { () throws(LayerError) in
          try points[index].measure(threads: batch.threads) { fraction in
            if batch.atOnce == 1 { progress(index, fraction) }
          }
        }
        if !finish(index, records) { goesOn.store(false, ordering: .relaxed) }
      }
    }
  }
}
