/// Lines of cells under headings, each column as wide as its widest cell.
struct Columns {
  enum Heading {
    case left(StaticString)
    case right(StaticString)
  }

  private let isRight: [Bool]
  private var rows: [[String]]

  init(_ headings: [Heading]) {
    isRight = headings.map {
      switch $0 {
      case .left: false
      case .right: true
      }
    }
    rows = [
      headings.map {
        switch $0 {
        case .left(let text), .right(let text): "\(text)"
        }
      }
    ]
  }

  /// A line of as many cells as there are headings.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == isRight.count, "a row has a cell for each heading")
    rows.append(cells)
  }

  /// An empty line and all lines; nothing where there are only headings.
  var text: String {
    guard rows.count > 1 else { return "" }
    let widths = isRight.indices.map { column in
      rows.reduce(0) { max($0, $1[column].utf8.count) }
    }
    var text: [UInt8] = [UInt8(ascii: "\n")]
    for row in rows {
      for (column, cell) in row.enumerated() {
        let padding = [UInt8](
          repeating: UInt8(ascii: " "), count: widths[column] - cell.utf8.count)
        if column > 0 { text += [UInt8(ascii: " "), UInt8(ascii: " ")] }
        text += isRight[column] ? padding + cell.utf8 : Array(cell.utf8) + padding
      }
      while text.last == UInt8(ascii: " ") { text.removeLast() }
      text.append(UInt8(ascii: "\n"))
    }
    return String(decoding: text, as: UTF8.self)
  }
}
