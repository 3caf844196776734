internal import Foundation
internal import Worklist

/// A moment as DICOM writes it (PS3.5 section 6.2: DA, TM, DT).
struct ResultDate {
    private let parts: DateComponents
    private let microseconds: Int
    private let offsetMinutes: Int

    init(_ moment: Timestamp, in timeZone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let date = moment.date
        parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        microseconds = Int(((moment.microseconds % 1_000_000) + 1_000_000) % 1_000_000)
        offsetMinutes = timeZone.secondsFromGMT(for: date) / 60
    }

    /// YYYYMMDD
    var date: String { String(format: "%04d%02d%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0) }
    /// HHMMSS.FFFFFF
    var time: String { String(format: "%02d%02d%02d.%06d", parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0, microseconds) }
    /// YYYYMMDDHHMMSS.FFFFFF&ZZXX
    var dateTime: String {
        let minutes = abs(offsetMinutes)
        return date + time + String(format: "%@%02d%02d", offsetMinutes < 0 ? "-" : "+", minutes / 60, minutes % 60)
    }
}
