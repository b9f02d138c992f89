@main
enum InitProbe {
  static func main() {}
}
