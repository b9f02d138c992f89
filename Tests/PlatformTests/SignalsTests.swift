import Platform
import Testing

@Suite struct SignalsTests {
  @Test func `A signal is ignored once the process says so`() {
    #expect(!isIgnored(SIGUSR2))
    signal(SIGUSR2, SIG_IGN)
    defer { signal(SIGUSR2, SIG_DFL) }
    #expect(isIgnored(SIGUSR2))
    signal(SIGUSR2) { _ in }
    #expect(!isIgnored(SIGUSR2))
  }
}
