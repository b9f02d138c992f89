import NamedActivations
import Testing

@testable import initprobe

@Suite struct `The manual page` {
  @Test func `names every option of every command`() throws {
    let page = try Binary.run(["--generate-manual"]).output
    for option in CommandName.allCases.flatMap(\.syntax.options) {
      #expect(page.contains(option.synopsis.replacing("-", with: "\\-")), "\(option.name)")
    }
    #expect(page.hasPrefix(".TH INITPROBE 1 "))
  }

  @Test func `is in the language of man`() throws {
    let check = """
      command -v man > /dev/null && command -v groff > /dev/null || exit 0
      $initprobe --generate-manual | groff -k -man -Tutf8 -ww -z
      """
    #expect(try Binary.shell(check) == Outcome(output: "", errors: "", status: 0))
  }
}
