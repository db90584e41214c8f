public import Configuration

/// The fewest reads that bring a set of points.
///
/// Points are joined where they are in the same table, no further apart than the join gap, and fit
/// into one response together. No point is split over two reads.
public struct RequestPlan: Equatable, Sendable {
  /// One read of consecutive registers and what is in it.
  public struct Request: Equatable, Sendable {
    /// The table it reads.
    public let table: RegisterTable
    /// The protocol address of its first register.
    public let address: UInt16
    /// How many registers it reads.
    public let count: Int
    /// The points that it brings, in the order of their addresses.
    public let values: [Value]
  }

  /// Where a point is in a response.
  public struct Value: Equatable, Sendable {
    /// Index of the point among those that were planned for.
    public let index: Int
    /// Its registers within the response.
    public let registers: Range<Int>
  }

  /// The reads, holding registers first, in the order of their addresses.
  public let requests: [Request]

  /// Plans for `points`, in any order; they may overlap.
  /// - Parameters:
  ///   - registersPerRead: the most registers in one response; no point takes more, which the
  ///     profile's check has seen to.
  ///   - joinGap: how many registers that nobody wants may lie between two that are read together.
  public init(points: [Point], registersPerRead: Int, joinGap: Int) {
    var requests: [Request] = []
    for table in RegisterTable.allCases {
      let wanted = points.indices.filter { points[$0].table == table }
        .sorted { points[$0].precedes(points[$1]) }
      var open: OpenRequest?
      for index in wanted {
        let registers = points[index].registers
        precondition(registers.count <= registersPerRead, "a point fits into a response")
        if var request = open {
          let end = max(request.registers.upperBound, registers.upperBound)
          let joins =
            registers.lowerBound - request.registers.upperBound <= joinGap
            && end - request.registers.lowerBound <= registersPerRead
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

  /// Points come in the order of their first register, so that greedy joining gives the fewest
  /// reads: whatever ends a request could not have been in any request that began there.
  private struct OpenRequest {
    var registers: Range<Int>
    var points: [Int]

    func closed(_ table: RegisterTable, _ points: [Point]) -> Request {
      Request(
        table: table, address: UInt16(registers.lowerBound), count: registers.count,
        values: self.points.map { index in
          let start = points[index].registers.lowerBound - registers.lowerBound
          return Value(index: index, registers: start..<start + points[index].type.registerCount)
        })
    }
  }
}

extension Point {
  /// The addresses of its registers.
  var registers: Range<Int> { Int(address)..<Int(address) + type.registerCount }

  fileprivate func precedes(_ other: Point) -> Bool {
    if address != other.address { return address < other.address }
    return type.registerCount < other.type.registerCount
  }
}
