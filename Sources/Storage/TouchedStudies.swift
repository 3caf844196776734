import Worklist

/// The studies that one transaction saves; used by its thread alone.
final class TouchedStudies {
    var uids: Set<UID> = []
}

/// The studies that were saved since somebody last asked.
struct UnseenStudies {
    /// Beyond this, reading the whole list costs no more.
    private static let most = 5000

    private var uids: Set<UID> = []
    private var isTooMany = false

    mutating func add(_ more: Set<UID>) {
        guard !isTooMany else { return }
        uids.formUnion(more)
        if uids.count > Self.most {
            uids = []
            isTooMany = true
        }
    }

    mutating func take() -> Set<UID>? {
        defer { self = UnseenStudies() }
        return isTooMany ? nil : uids
    }
}
