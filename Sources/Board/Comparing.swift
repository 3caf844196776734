import Worklist

extension BoardState {
    /// Shows the list under another policy, or, with none, as it is.
    mutating func compare(_ policy: PolicyName?) {
        comparing = policy
        comparison = nil
        if let policy {
            errands.append(.order(policy))
            message = Message(sentence: "ordering the list by \(policy.rawValue) …")
        }
        filter()
    }

    mutating func receive(order policy: PolicyName, _ outcome: Result<BoardList, BoardError>) {
        guard comparing == policy, let list else { return }
        switch outcome {
        case .success(let other):
            if comparison == nil { message = nil }
            comparison = Comparison(policy, other, against: list)
        case .failure(let error):
            message = Message(sentence: "no comparison: \(error)", isTrouble: true)
            comparing = nil
            comparison = nil
        }
        filter()
    }
}
