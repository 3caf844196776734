import Reporting
import Testing
import Worklist

@Suite struct NarrativeTests {
    private func sentences(
        order: String = "", isCalibrated: Bool = true, locations: [String: Location] = [:], earlier: [PriorStudy] = [], language: ReportLanguage = .en,
        _ findings: [String: Double]
    ) throws -> [Sentence] {
        let policy = try WorklistPolicy.shipped()
        let circumstances = try Sample.circumstances(order: order, earlier: earlier) {
            $0.findings = findings
            $0.category = policy.categorise(findings).category
            $0.model?.isCalibrated = isCalibrated
            $0.findingImages = ["effusion": "1.2.840.99.1.1"]
        }
        return Narrative.sentences(circumstances, under: policy, locations: locations, try ReportTemplates(language: language))
    }

    private func text(_ sentences: [Sentence]) -> String { sentences.map(\.text).joined(separator: "\n") }

    @Test func aSuspicionHasItsProbabilityItsBoundAndItsSource() throws {
        let told = try sentences(["effusion": 0.81, "abnormal": 0.2])
        let first = try #require(told.first)
        #expect(first.text == "Suspected: pleural effusion, probability 0.81." && first.sources.map(\.description) == ["model: effusion 0.81, cxr 1.0"])
        #expect(text(told).contains("That is urgent from 0.50 on.") && !text(told).contains("abnormality"))
    }

    @Test(arguments: ReportLanguage.allCases) func everySentenceHasItsSource(_ language: ReportLanguage) throws {
        let told = try sentences(order: "Pneumothorax?", earlier: [try Sample.earlier(.urgent, ["effusion"])], language: language, ["effusion": 0.81, "pneumothorax": 0.7, "cardiomegaly": 0.9])
        for sentence in told { #expect(!sentence.sources.isEmpty, "\(sentence.text)") }
        #expect(told.count >= 6)
    }

    @Test func aScoreIsNotCalledAProbability() throws {
        let told = text(try sentences(isCalibrated: false, ["effusion": 0.81]))
        #expect(told.contains("score 0.81, not calibrated") && !told.contains("probability"))
    }

    @Test func whatIsPressingComesFirstAndSaysHowFast() throws {
        let told = text(try sentences(["pneumothorax": 0.65, "abnormal": 0.99]))
        #expect(told.contains("tell the referring physician directly, within minutes (ACR category 1)"))
        #expect(told.hasPrefix("Suspected: pneumothorax"))
        let hours = text(try sentences(["effusion": 0.81]))
        #expect(hours.contains("within hours (ACR category 2)") && !hours.contains("category 1"))
    }

    @Test func whereIsSaidOnlyWhereItIsKnown() throws {
        let unknown = text(try sentences(["effusion": 0.81]))
        #expect(unknown.contains("image 1.2.840.99.1.1; where in it is not known") && !unknown.contains("zone"))
        let known = text(try sentences(locations: ["effusion": Location(side: .left, zone: .lower)], ["effusion": 0.81]))
        #expect(known.contains("left lower zone of image 1.2.840.99.1.1") && !known.contains("not known"))
    }

    @Test func withoutASuspicionNothingIsSuspected() throws {
        let told = text(try sentences(["effusion": 0.31, "abnormal": 0.2]))
        #expect(!told.contains("Suspected:") && told.contains("No finding reaches its bound; the highest is pleural effusion, probability 0.31.") && told.contains("Read in turn"))
    }

    @Test func whatTheOrderAsksAndTheModelDoesNotKnowIsSaid() throws {
        let told = text(try sentences(order: "Rundherd? Pneumonie?", ["effusion": 0.81, "pneumonia": 0.02]))
        #expect(told.contains("It asks about what the model does not know: nodule.") && told.contains("pneumonia (probability 0.02)"))
    }

    @Test func theNarrativeSpeaksGerman() throws {
        let told = text(try sentences(language: .de, ["effusion": 0.81]))
        #expect(told.contains("Vermutet: Pleuraerguss, Wahrscheinlichkeit 0,81.") && told.contains("dringend"))
    }
}
