import CLinux
import Formulas
import Glibc
import Testing

/// Evaluating takes no memory from the heap.
struct AllocationTests {
  /// Whether `body` takes memory from the heap, and be it for a moment.
  ///
  /// It runs in a copy of this process, which has no other thread. The free pieces that the thread
  /// keeps by are taken first, so that any further one shows in the allocator's books for good.
  private func allocates(_ body: () -> Void) throws -> Bool {
    let child = fork()
    if child == 0 {
      for size in stride(from: 24, through: 1_032, by: 16) {
        for _ in 0..<100 { _ = malloc(size) }
      }
      let before = mallinfo2().uordblks
      body()
      _exit(mallinfo2().uordblks == before ? 0 : 1)
    }
    var status: CInt = 0
    try #require(waitpid(child, &status, 0) == child)
    return status != 0
  }

  // Values only: a reason is thrown, and the test library notes each throw on the heap.
  @Test func `evaluating a set allocates nothing`() throws {
    var names = Names(["x": .real(2.5), "n": .integer(7)])
    names.tables["curve"] = FormulaTable([(key: 0, value: 1), (10, 3)])
    let set = try FormulaSet(
      [
        (name: "a", text: "poly(b, 1, 2, 3) + interp(curve, n)"), ("b", "if(n > 3, x**2, exp(x))"),
        ("c", "sqrt(x) + 1"), ("d", "(n << 6) * n & 0xFF"), ("e", "lookup(curve, n + 3)"),
        ("f", "n % 3 == 1 and round(ln(x)) < clamp(n, 0, 5)"),
      ], firstSlot: 2, in: names.scope)
    var slots = names.values
    slots += [FormulaValue](repeating: .integer(0), count: 6)
    var span = slots.mutableSpan
    set.evaluate(&span)
    let isClean = try !allocates { set.evaluate(&span) }
    #expect(isClean)
    #expect(slots[6] == .real(3) && slots[7] == .integer(1))
  }

  @Test func `nothing shows as nothing`() throws {
    let shows = try allocates {}
    #expect(!shows)
  }

  @Test func `one array shows as an allocation`() throws {
    var sum = 0
    let shows = try allocates {
      let array = [Int](repeating: sum, count: 4 + sum % 2)
      sum += array.count
    }
    #expect(shows)
  }
}
