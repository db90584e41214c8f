// The standard library's own pieces of a text are inlined, each some 200 bytes of code, a tenth of
// the program. These are calls; inside a module they come before those of the library. So each
// module that makes texts has this file, by a link.

extension DefaultStringInterpolation {
  @inline(never)
  mutating func appendLiteral(_ literal: String) { write(literal) }

  @inline(never)
  mutating func appendInterpolation(_ text: String) { write(text) }

  @inline(never)
  mutating func appendInterpolation<Number: FixedWidthInteger>(_ number: Number) {
    write(number.description)
  }
}
