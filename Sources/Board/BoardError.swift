/// Why the board can't be shown: what is wrong, and what to do.
package struct BoardError: Error, CustomStringConvertible, Hashable {
    package var description: String

    package init(description: String) { self.description = description }

    package static let withoutTerminal = BoardError(
        description: "the board needs a terminal, and standard input or output is none; `firstread worklist` prints the list")
}
