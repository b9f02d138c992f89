import Foundation
import Testing

@testable import SignalPropagation

@Test(arguments: TheoryReference.shared.predictions)
func `predicted outs and gradients are the independent figures`(
  reference: TheoryReference.Prediction
) {
  let records = reference.experiment.predict()
  #expect(records.map(\.layer) == [0] + reference.rows.map { Int($0[0]) })
  for (record, row) in zip(records.dropFirst(), reference.rows) {
    #expect(relativeError(record.predictedOutStd!.doubleValue, row[1]) < 1e-9)
    #expect(relativeError(record.predictedGradMeanAbs!.doubleValue, row[2]) < 1e-9)
  }
}
