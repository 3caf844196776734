import Worklist

/// The studies that wait, and the first of them at any moment, under any policy: a kinetic tournament.
///
/// Each node of a binary tree keeps the winner of its half and the moment until which that is certain: until the loser's line
/// overtakes the winner's, or a study below passes its limit. Going on in time re-plays only the matches whose moment has come;
/// entering and leaving re-play one path. The winner at the root is the place 1 that `Ranking` would compute, exactly, without
/// sorting anything.
///
/// Time must not run backwards.
struct WaitingRoom {
    /// Who waits: its course, and its number in order of arrival, by which ties are broken.
    private struct Seat {
        var tier: UInt8
        var base: Double
        var growth: Double
        var since: Int64
        var limitedAt: Int64
        var number: Int64
    }

    private struct Match {
        /// A seat; −1 where nobody waits.
        var winner: Int32
        /// The first microsecond at which the match must be played again.
        var until: Int64
    }

    private var seats: [Seat]
    private var free: [Int32]
    /// The root is 1; the leaves, one for each seat, are the second half.
    private var matches: [Match]
    private(set) var count = 0

    init() {
        seats = [Seat](repeating: Self.empty, count: 64)
        free = (0..<64).reversed()
        matches = [Match](repeating: Match(winner: -1, until: .max), count: 128)
    }

    private static let empty = Seat(tier: 0, base: 0, growth: 0, since: 0, limitedAt: .max, number: 0)

    /// Takes a study in and returns its seat.
    mutating func enter(_ course: Course, number: Int64, at now: Int64) -> Int {
        if free.isEmpty { enlarge(at: now) }
        let seat = Int(free.removeLast())
        let line = course.standing.line
        seats[seat] = Seat(
            tier: course.standing.tier.rawValue, base: line.base, growth: line.growth, since: line.since,
            limitedAt: course.limitedAt?.microseconds ?? .max, number: number)
        count += 1
        settle(1, at: now)
        let leaf = seats.count + seat
        matches[leaf] = Match(winner: Int32(seat), until: 0)
        settle(leaf, at: now)
        replayPath(from: leaf, at: now)
        return seat
    }

    /// Lets the first go and returns its seat; nil where nobody waits.
    mutating func leave(at now: Int64) -> Int? {
        guard count > 0 else { return nil }
        settle(1, at: now)
        let seat = Int(matches[1].winner)
        matches[seats.count + seat] = Match(winner: -1, until: .max)
        free.append(Int32(seat))
        count -= 1
        replayPath(from: seats.count + seat, at: now)
        return seat
    }

    private mutating func enlarge(at now: Int64) {
        let old = seats.count
        let waiting = matches[old...]
        free = (old..<2 * old).reversed().map(Int32.init)
        seats += [Seat](repeating: Self.empty, count: old)
        matches =
            [Match](repeating: Match(winner: -1, until: .max), count: 2 * old) + waiting
            + [Match](repeating: Match(winner: -1, until: .max), count: old)
        for node in stride(from: 2 * old - 1, through: 1, by: -1) { play(node, at: now) }
    }

    private mutating func replayPath(from leaf: Int, at now: Int64) {
        var node = leaf / 2
        while node >= 1 {
            play(node, at: now)
            node /= 2
        }
    }

    /// Plays again what is no longer certain at `now`, from the leaves up.
    private mutating func settle(_ node: Int, at now: Int64) {
        guard matches[node].until <= now else { return }
        guard node < seats.count else {
            let seat = node - seats.count
            if now >= seats[seat].limitedAt {
                let line = Course.pastLimit(dueAt: Timestamp(microseconds: seats[seat].limitedAt)).line
                seats[seat].tier = Standing.Tier.pastLimit.rawValue
                seats[seat].base = line.base
                seats[seat].growth = line.growth
                seats[seat].since = line.since
                seats[seat].limitedAt = .max
            }
            matches[node].until = seats[seat].limitedAt
            return
        }
        settle(2 * node, at: now)
        settle(2 * node + 1, at: now)
        play(node, at: now)
    }

    private mutating func play(_ node: Int, at now: Int64) {
        let left = matches[2 * node], right = matches[2 * node + 1]
        var until = min(left.until, right.until)
        guard left.winner >= 0, right.winner >= 0 else {
            matches[node] = Match(winner: max(left.winner, right.winner), until: until)
            return
        }
        let a = seats[Int(left.winner)], b = seats[Int(right.winner)]
        let isLeft: Bool
        if a.tier != b.tier {
            isLeft = a.tier > b.tier
        } else {
            let x = a.base + a.growth * Double(now - a.since), y = b.base + b.growth * Double(now - b.since)
            isLeft = x != y ? x > y : a.number < b.number
            let (lead, gain) = isLeft ? (x - y, b.growth - a.growth) : (y - x, a.growth - b.growth)
            if gain > 0 {
                // Played again a little before the lines cross, by what rounding can move the crossing.
                let rounding = 4 * 0x1p-52 * (abs(x) + abs(y)) / gain + 2
                let wait = lead / gain - rounding
                let crossing = wait < 1 ? now + 1 : wait < 9e18 - Double(now) ? now + Int64(wait) : .max
                until = min(until, crossing)
            }
        }
        matches[node] = Match(winner: isLeft ? left.winner : right.winner, until: until)
    }
}
