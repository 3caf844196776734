/// Why the board can't be shown: what is wrong, and what to do.
package struct BoardError: Error, CustomStringConvertible, Hashable {
    package var description: String
}
