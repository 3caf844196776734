/// A patient's age in whole years when the images were made.
package struct PatientAge: Sendable, Hashable {
    package var years: Int

    /// From Patient's Age (0010,1010) and from the birth date (0010,0030) at the study's date; where both are there, the lower.
    ///
    ///     PatientAge(patientAge: "045Y", birthDate: "", studyDate: "")?.years                  // 45
    ///     PatientAge(patientAge: "", birthDate: "20081231", studyDate: "20260105")?.years      // 17
    package init?(patientAge: String, birthDate: String, studyDate: String) {
        let stated = [Self.years(ageString: patientAge), Self.years(from: birthDate, to: studyDate)].compactMap(\.self)
        guard let lowest = stated.min() else { return nil }
        years = lowest
    }

    /// VR AS (PS3.5, 6.2): three digits and D, W, M or Y.
    private static func years(ageString: String) -> Int? {
        guard ageString.utf8.count == 4, let number = Int(ageString.prefix(3)), number >= 0 else { return nil }
        switch ageString.last {
        case "Y": return number
        case "M": return number / 12
        case "W": return number / 53
        case "D": return number / 366
        default: return nil
        }
    }

    private static func years(from birth: String, to study: String) -> Int? {
        guard let birth = Day(birth), let study = Day(study) else { return nil }
        let years = study.year - birth.year - ((study.month, study.day) < (birth.month, birth.day) ? 1 : 0)
        return (0...150).contains(years) ? years : nil
    }

    /// VR DA: YYYYMMDD.
    private struct Day {
        var year: Int
        var month: Int
        var day: Int

        init?(_ text: String) {
            guard text.utf8.count == 8, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let number = Int(text) else { return nil }
            (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
            guard year > 0, (1...12).contains(month), (1...31).contains(day) else { return nil }
        }
    }
}
