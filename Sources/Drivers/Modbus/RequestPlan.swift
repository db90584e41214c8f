public import Configuration

/// The fewest reads that bring a set of points.
///
/// Points are joined where they are in the same table, no further apart than the join gap, and fit
/// into one response together. No point is split over two reads.
public struct RequestPlan: Equatable, Sendable {
  /// One read of consecutive registers, or bits, and what is in it.
  public struct Request: Equatable, Sendable {
    /// The table it reads.
    public let table: RegisterTable
    /// The protocol address of its first register.
    public let address: UInt16
    /// How many registers it reads.
    public let count: Int
    /// The points that it brings, in the order of their addresses.
    public let values: [Value]

    init(table: RegisterTable, registers: Range<Int>, values: [Value]) {
      self.table = table
      address = UInt16(registers.lowerBound)
      count = registers.count
      self.values = values
    }

    /// Two requests that bring the same, each about half of the points; nil where it has one point.
    var halves: (Request, Request)? {
      guard values.count > 1 else { return nil }
      let middle = values.count / 2
      return (part(values[..<middle]), part(values[middle...]))
    }

    private func part(_ values: ArraySlice<Value>) -> Request {
      let start = values.reduce(count) { min($0, $1.registers.lowerBound) }
      let end = values.reduce(0) { max($0, $1.registers.upperBound) }
      return Request(
        table: table, registers: Int(address) + start..<Int(address) + end,
        values: values.map { value in
          Value(
            index: value.index,
            registers: value.registers.lowerBound - start..<value.registers.upperBound - start)
        })
    }
  }

  /// Where a point is in a response.
  public struct Value: Equatable, Sendable {
    /// Index of the point among those that were planned for.
    public let index: Int
    /// Its registers within the response.
    public let registers: Range<Int>
  }

  /// The reads, by table, in the order of their addresses.
  public let requests: [Request]

  /// Plans for `points`, in any order; they may overlap.
  /// - Parameters:
  ///   - registersPerRead: the most registers in one response; no point takes more, which the
  ///     profile's check has seen to.
  ///   - joinGap: how many registers that nobody wants may lie between two that are read together.
  public init(points: [ModbusPoint], registersPerRead: Int, joinGap: Int) {
    self.init(
      points: points, registersPerRead: registersPerRead, joinGap: joinGap, layout: ReadLayout())
  }

  /// - Parameter layout: the points that are left out, and where requests have to begin.
  init(points: [ModbusPoint], registersPerRead: Int, joinGap: Int, layout: ReadLayout) {
    var requests: [Request] = []
    for table in RegisterTable.allCases {
      let wanted = points.indices
        .filter { points[$0].table == table && !points[$0].registers.isEmpty }
        .sorted { points[$0].precedes(points[$1]) }
      let scale = table.isOfBits ? RequestPlan.bitsPerRegister : 1
      let room = min(registersPerRead * scale, table.isOfBits ? RequestPlan.bitsMax : .max)
      var open: OpenRequest?
      for index in wanted {
        if layout.refused[index] != nil {
          // No request may go across registers that are not there.
          if let open { requests.append(open.closed(table, points)) }
          open = nil
          continue
        }
        let registers = points[index].registers
        precondition(registers.count <= room, "a point fits into a response")
        if var request = open {
          let end = max(request.registers.upperBound, registers.upperBound)
          let joins =
            !layout.starts.contains(index)
            && registers.lowerBound - request.registers.upperBound <= joinGap * scale
            && end - request.registers.lowerBound <= room
          if joins {
            open = nil
            request.registers = request.registers.lowerBound..<end
            request.points.append(index)
            open = request
            continue
          }
          requests.append(request.closed(table, points))
        }
        open = OpenRequest(registers: registers, points: [index])
      }
      if let open { requests.append(open.closed(table, points)) }
    }
    self.requests = requests
  }

  /// What takes as much of a response as a register.
  private static let bitsPerRegister = 16

  /// The protocol's own limit (MODBUS Application Protocol V1.1b3, 6.1 and 6.2).
  private static let bitsMax = 2_000

  /// Points come in the order of their first register, so that greedy joining gives the fewest
  /// reads: whatever ends a request could not have been in any request that began there.
  private struct OpenRequest {
    var registers: Range<Int>
    var points: [Int]

    func closed(_ table: RegisterTable, _ points: [ModbusPoint]) -> Request {
      Request(
        table: table, registers: registers,
        values: self.points.map { index in
          let own = points[index].registers
          let start = own.lowerBound - registers.lowerBound
          return Value(index: index, registers: start..<start + own.count)
        })
    }
  }
}

extension RegisterTable {
  /// Whether it has single bits.
  public var isOfBits: Bool { self == .coil || self == .discrete }
}

extension ModbusPoint {
  fileprivate func precedes(_ other: ModbusPoint) -> Bool {
    let (own, others) = (registers, other.registers)
    if own.lowerBound != others.lowerBound { return own.lowerBound < others.lowerBound }
    return own.count < others.count
  }
}
