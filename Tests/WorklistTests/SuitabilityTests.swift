import Testing
import Worklist

@Suite struct SuitabilityTests {
    private let chestModel = IntendedImage(modality: ["CR", "DX", "RG"], bodyPart: "CHEST", view: ["PA", "AP"])

    private func chestFilm(_ change: (inout ObjectHeader) -> Void = { _ in }) -> ObjectHeader {
        var header = ObjectHeader()
        header.modality = "DX"
        header.bodyPartExamined = "CHEST"
        header.viewPosition = "PA"
        header.presentationIntentType = "FOR PRESENTATION"
        header.hasPixelData = true
        change(&header)
        return header
    }

    @Test func aFrontalChestFilmIsWhatTheModelIsMadeFor() {
        #expect(Suitability.judge(chestFilm(), for: chestModel) == .suitable)
        #expect(Suitability.judge(chestFilm { $0.viewPosition = "AP" }, for: chestModel) == .suitable)
        #expect(Suitability.judge(chestFilm { $0.bodyPartExamined = "THORAX" }, for: chestModel) == .suitable)
    }

    @Test func aModelForAdultsAloneLooksAtNoChildAndAtNobodyOfUnknownAge() {
        var adults = chestModel
        adults.minimumAge = 18
        let reasons: [(String, String, String?)] = [
            ("045Y", "", nil), ("017Y", "", "the patient is 17 years old; the model is made for patients from 18 on"), ("", "20000102", nil),
            ("045Y", "20100102", "the patient is 16 years old; the model is made for patients from 18 on"),
            ("", "", "the header states no age; the model is made for patients from 18 on"),
        ]
        for (age, birthDate, reason) in reasons {
            let film = chestFilm {
                $0.patientAge = age
                $0.patientBirthDate = birthDate
                $0.studyDate = "20260301"
            }
            #expect(Suitability.judge(film, for: adults) == reason.map { .unsuitable(reason: $0) } ?? .suitable, "\(age) \(birthDate)")
            #expect(Suitability.judge(film, for: chestModel) == .suitable)
        }
    }

    @Test func codesSpeakWhereTheTextAttributesAreSilent() {
        let coded = chestFilm {
            $0.bodyPartExamined = ""
            $0.viewPosition = ""
            $0.anatomicRegionCodes = [Code(value: "T-D3000", scheme: "SNM3")]
            $0.viewCodes = [Code(value: "272479007", scheme: "SCT")]
        }
        #expect(Suitability.judge(coded, for: chestModel) == .suitable)
    }

    @Test(arguments: [
        ("lateral", "view is left lateral (LL); the model is made for PA and AP views"),
        ("lateral by code", "view is lateral; the model is made for PA and AP views"),
        ("text against code", "view is lateral; the model is made for PA and AP views"),
        ("hand", "body part is hand; the model is made for chest"),
        ("hand by code", "body part is hand (by its code); the model is made for chest"),
        ("CT", "CT images are not what the model is made for (CR, DX, RG)"),
        ("raw", "For Processing image: raw detector data are never scored"),
        ("no body part", "the header states no body part"),
        ("no view", "the header states no view position"),
        ("no modality", "the header states no modality; the model is made for CR, DX, RG"),
        ("report", "no image: SR without pixel data"),
        ("unknown view code", "view code X-1 (99LOCAL) is not a frontal view known to the model"),
    ])
    func whatTheModelIsNotMadeForIsRefusedWithItsReason(kind: String, reason: String) {
        let header = chestFilm {
            switch kind {
            case "lateral": $0.viewPosition = "LL"
            case "lateral by code":
                $0.viewPosition = ""
                $0.viewCodes = [Code(value: "399067008", scheme: "SCT")]
            case "text against code": $0.viewCodes = [Code(value: "R-102CD", scheme: "SRT")]
            case "hand": $0.bodyPartExamined = "HAND"
            case "hand by code":
                $0.bodyPartExamined = ""
                $0.anatomicRegionCodes = [Code(value: "85562004", scheme: "SCT")]
            case "CT": $0.modality = "CT"
            case "raw": $0.presentationIntentType = "FOR PROCESSING"
            case "no body part": $0.bodyPartExamined = ""
            case "no view": $0.viewPosition = ""
            case "no modality": $0.modality = ""
            case "report":
                $0.modality = "SR"
                $0.hasPixelData = false
            default:
                $0.viewPosition = ""
                $0.viewCodes = [Code(value: "X-1", scheme: "99LOCAL")]
            }
        }
        #expect(Suitability.judge(header, for: chestModel) == .unsuitable(reason: reason))
    }
}
