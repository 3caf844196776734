import Foundation
import Worklist

/// HL7's time stamps (TS and DTM, v2.5.1, 2.A.22): `YYYYMMDDHHMMSS.SSS+ZZZZ`.
enum DateTime {
    /// In UTC, with its offset, so that a receiver of another zone reads the same moment.
    static func text(_ time: Timestamp) -> String {
        let milliseconds = Int((time.microseconds % 1_000_000) / 1000)
        var seconds = time_t(time.microseconds / 1_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return String(
            format: "%04d%02d%02d%02d%02d%02d.%03d+0000", Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday),
            Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec), milliseconds)
    }

    /// A text that orders as the moments do, of a time stamp that another system wrote: digits in UTC where an offset is given.
    ///
    ///     DateTime.sortable("20260105080000")             // 20260105080000.000000
    ///     DateTime.sortable("20260105100000+0200")        // 20260105080000.000000
    static func sortable(_ text: String) -> String? {
        let body = text.prefix { $0.isNumber || $0 == "." }
        let whole = body.prefix { $0 != "." }
        guard whole.allSatisfy(\.isASCII), (4...14).contains(whole.count), whole.count.isMultiple(of: 2) else { return nil }
        let defaults = "00000101000000"
        let full = whole + defaults.dropFirst(whole.count)
        let fraction = String(body.dropFirst(whole.count + 1).prefix(6))
        guard fraction.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        let micro = fraction + String(repeating: "0", count: 6 - fraction.count)
        func number(_ from: Int, _ count: Int) -> Int32 { Int32(full.dropFirst(from).prefix(count)) ?? 0 }
        var parts = tm()
        parts.tm_year = number(0, 4) - 1900
        parts.tm_mon = number(4, 2) - 1
        parts.tm_mday = number(6, 2)
        parts.tm_hour = number(8, 2)
        parts.tm_min = number(10, 2)
        parts.tm_sec = number(12, 2)
        guard (0...11).contains(parts.tm_mon), (1...31).contains(parts.tm_mday), parts.tm_hour < 24, parts.tm_min < 60, parts.tm_sec < 61 else {
            return nil
        }
        var seconds = timegm(&parts)
        let zone = text.dropFirst(body.count)
        if let sign = zone.first {
            guard sign == "+" || sign == "-", zone.count == 5, let offset = Int(zone.dropFirst()) else { return nil }
            let minutes = offset / 100 * 60 + offset % 100
            seconds -= (sign == "+" ? 1 : -1) * minutes * 60
        }
        var utc = tm()
        gmtime_r(&seconds, &utc)
        return String(
            format: "%04d%02d%02d%02d%02d%02d.", Int(utc.tm_year) + 1900, Int(utc.tm_mon) + 1, Int(utc.tm_mday), Int(utc.tm_hour),
            Int(utc.tm_min), Int(utc.tm_sec)) + micro
    }
}
