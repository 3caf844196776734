package import Worklist

/// The list as another policy would order it, beside the list as it is.
package struct Comparison: Sendable {
    package let policy: PolicyName
    package let list: BoardList
    /// By how many places a study would be read earlier (above 0) or later (below 0), by Study Instance UID; those that would not move are not in it.
    package let moves: [String: Int]

    package init(_ policy: PolicyName, _ list: BoardList, against own: BoardList) {
        self.policy = policy
        self.list = list
        moves = Self.moves(from: own.items.map(\.studyInstanceUID), to: list.items.map(\.studyInstanceUID))
    }

    /// Places are counted among the studies that both lists have: the two are read at different moments.
    ///
    ///     moves(from: ["a", "b", "c"], to: ["c", "a", "b"])    // ["c": 2, "a": -1, "b": -1]
    package static func moves(from own: [String], to other: [String]) -> [String: Int] {
        let common = Set(own).intersection(other)
        let places = Dictionary(own.lazy.filter(common.contains).enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        var moves: [String: Int] = [:]
        for (place, uid) in other.lazy.filter(common.contains).enumerated() {
            if let before = places[uid], before != place { moves[uid] = before - place }
        }
        return moves
    }

    /// "↑3", "↓12"; nothing where it would not move.
    package func mark(of uid: String) -> String {
        guard let move = moves[uid] else { return "" }
        return move > 0 ? "↑\(move)" : "↓\(-move)"
    }
}
