import Arguments
import SignalPropagation

extension LayerError {
  /// What is wrong and what to do, on one line, then the expression with a caret under the place.
  var message: String {
    let place = layer.map { $0 > 1 ? " in layer \($0)" : "" } ?? ""
    let text = problem.message(source) + place
    return "\(text)\(text.hasSuffix("?") ? "" : ".")\n\(excerpt)"
  }

  /// As much of the source as fits a line, and the caret.
  private var excerpt: String {
    let widest = 76
    let printable = source.map { character in
      character.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } ? character : " "
    }
    let place = min(column, printable.count)
    let start =
      printable.count <= widest ? 0 : max(0, min(place - widest / 2, printable.count - widest))
    let line = String(printable[start..<min(start + widest, printable.count)])
    return "  \(line)\n  \(String(repeating: " ", count: place - start))^"
  }
}

extension LayerError.Problem {
  fileprivate func message(_ source: String) -> String {
    switch self {
    case .empty: "the layer is empty; write one such as 'tanh(W(h))'"
    case .unexpected(let text):
      "\(text.quoted) is not in the grammar of layers here; see 'initprobe list' for what is"
    case .unfinished: "the expression ends too early; finish it"
    case .neverClosed: "'(' is never closed; add ')'"
    case .neverOpened: "')' was never opened; remove it or add '('"
    case .malformedNumber(let text):
      "\(text.quoted) is not a number; write one such as 2, 0.5 or 1e-3, and '*' before a name"
    case .tooLong(let most): "the layer has more than \(most) characters; write a shorter one"
    case .tooDeep(let most): "there are more than \(most) levels of nesting; give parts names"
    case .tooManyLayers(let most):
      "layers that differ are listed, at most \(most) of them; lower '--depth' or leave out 'l'"
    case .positionalAfterKey:
      "a plain argument follows one with 'name='; put the plain ones first"
    case .emptyStatement: "there is nothing between two semicolons; remove one"

    case .unknownFunction(let name):
      "the function \(name.quoted) is unknown\(LayerError.hint(name, LayerVocabulary.functions))"
    case .undefined(let name):
      "\(name.quoted) is not defined before its use"
        + LayerError.hint(
          name, LayerVocabulary.values, or: "define it first or give '--set \(name)=<number>'")
    case .notCalled(let name): "'\(name)' is a function; give it an argument, as in '\(name)(h)'"
    case .notAFunction(let name):
      "'\(name)' is a value and takes no arguments; write '\(name)*(…)' for a product"
    case .reserved(let name): "'\(name)' already has a meaning; choose another name"
    case .assignedTwice(let name): "'\(name)' is assigned twice; choose another name"
    case .unused(let name): "'\(name)' is never used; use it or leave it out"
    case .noEffect: "this part has no effect; give it a name with '=' and use it, or leave it out"
    case .setButUnused(let name):
      "'--set \(name)' names nothing in the layer; use '\(name)' in it or leave the option out"
    case .mixesInputs:
      "'x' and 'h' are both used; write a formula in x alone, or a layer in h with W(h)"
    case .noInput: "neither 'x' nor 'h' is used; write a formula in x or a layer in h"
    case .skipNeedsFormula:
      "'--skip' needs an activation or a formula in x; write 'h + s*(…)' into the layer instead"

    case .takesVector(let name):
      "'\(name)' takes a vector, and this is a number; give it a value such as h"
    case .takesNumber(let name): "'\(name)' takes a number here, and this is a vector"
    case .argumentCount(let name, let least, let most, let given):
      "'\(name)' takes \(least == most ? "\(least)" : "\(least) to \(most)") argument"
        + "\(most == 1 ? "" : "s"), and \(given) \(given == 1 ? "is" : "are") given"
    case .unknownKey(let name, let key, let known):
      "'\(name)' has no argument '\(key)'; it takes "
        + (known.isEmpty ? "none by name" : known.joined(separator: ", "))
    case .repeatedKey(let key): "'\(key)' is given twice; give it once"
    case .notAScheme(let text):
      "\(text.quoted) is not the plain name of an initialiser; 'initprobe list' shows all"
    case .parameter(let function, let problem): "in '\(function)' \(problem)"
    case .exponent: "the exponent must be a number; write exp(v*log(c)) for c to the power of v"
    case .notFinite: "this number is not finite; write another"
    case .divisionByZero: "this divides by zero; write another number"
    case .isNumber: "the layer is a number, not a vector; make its last value one that comes from h"
    case .keyConflict(let one, let other): "'\(one)=' replaces '\(other)='; give one of them"

    case .unequalWidths(let one, let other):
      "\(one) units meet \(other); make both sides equally wide, with 'out='"
    case .givesWidth(let units, let next):
      "the layer gives \(units) units where the next takes \(next); end it with W(…, out=d)"
    case .matrixShape(let name, let first, let here):
      "\(name) is \(first[0]) × \(first[1]) here and \(here[0]) × \(here[1]) there;"
        + " give the two different names"
    case .matrixDiffers(let name, let key):
      "\(name) has another '\(key)=' at its first mention; leave it out here, or use another name"
    case .badWidth(let width):
      "'out=' comes to \(width.shortest) units; it must be at least 1 and below 2^53"
    case .badStd(let key, let value):
      "'\(key)=' comes to \(value.shortest); it must be a finite number of at least 0"
    }
  }
}

extension LayerError {
  /// `, did you mean …?`, or the other remedy.
  fileprivate static func hint(
    _ name: String, _ known: [String], or remedy: String = "'initprobe list' shows all"
  ) -> String {
    Suggestion.nearest(to: name, in: known.filter { $0.count > 2 }).map {
      "; did you mean '\($0)'?"
    }
      ?? "; \(remedy)"
  }
}
