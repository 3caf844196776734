import Foundation
import Reporting
import Testing

@Suite struct OrderReadingTests {
    private func reading(_ text: String) throws -> OrderReading { OrderReading(of: text, try OrderTerms.shipped()) }

    /// What the sample model, which knows pneumonia, effusion, edema and atelectasis, is asked and does not know.
    private func isInDoubt(_ text: String) throws -> Bool { !Sample.reasons(try Sample.circumstances(order: text)).isEmpty }

    @Test(arguments: [
        "r/o pneumothorax", "R/O PTX", "rule out pneumothorax", "?pneumothorax", "pneumothorax?", "Pneumothorax", "PNEUMOTHORAX", "hydropneumothorax", "cannot exclude pneumothorax",
        "V.a. Pneumothorax", "V. a. Pneumothorax", "Va. Pneu", "Ausschluss Pneumothorax", "Pneumothoraxausschluss", "Pneumothorax-Ausschluss", "z.A. Pneumothorax", "Spannungspneumothorax?", "Frage nach Pneumothorax",
        "Pneumothorax nicht auszuschließen", "kein Fieber, Pneumothorax?", "no fever but pneumothorax", "cough; pneumothorax", "no cough. Pneumothorax", "no change of pneumothorax",
    ]) func whatAsksAboutAPneumothoraxIsHeard(_ text: String) throws {
        #expect(try reading(text).asked.map(\.concept).contains("pneumothorax"), "\(text)")
        #expect(try isInDoubt(text), "\(text)")
    }

    @Test(arguments: [
        "Ausschluss Rundherd", "Rundherde?", "Lungenrundherd", "nodule", "solitary pulmonary nodules", "known lung lesion", "Raumforderung?", "Z.n. Rippenserienfraktur", "Rippenfraktur", "rib fracture?", "Claviculafraktur",
        "fell from ladder", "Sturz", "nach Verkehrsunfall", "Lagekontrolle ZVK", "ZVK-Lage", "Portkatheterlage", "Magensonde", "central line position", "NG tube", "after intubation", "Schrittmacher", "s/p pacemaker", "Thoraxdrainage",
        "Fremdkörper", "FREMDKÖRPER", "Fremdko\u{308}rper", "Fremdkoerper", "foreign body", "freie Luft?", "free air", "Lungenembolie", "PE?", "TB", "tuberculosis contact", "Tbc-Ausschluss", "Bronchialkarzinom", "Staging", "Metastasen?",
        "weight loss", "haemoptysis", "Hämoptysen", "follow-up", "Verlaufskontrolle", "Kontrolle", "post-op", "Z.n. Lobektomie", "Aortenaneurysma", "HIV", "Fokussuche", "COVID-19",
    ]) func whatTheModelDoesNotKnowIsDraftedByNobody(_ text: String) throws {
        #expect(try isInDoubt(text), "\(text)")
    }

    @Test(arguments: [
        "no history of fracture", "no trauma", "without trauma or fracture", "denies trauma", "cough, no haemoptysis", "no h/o TB", "kein Trauma", "keine Fraktur", "kein Hinweis auf Rundherd", "Husten ohne Hämoptysen",
        "kein Anhalt für Pneumothorax", "Fieber. Kein Trauma.", "negative for tuberculosis",
    ]) func whatIsDeniedIsNotAsked(_ text: String) throws {
        #expect(try reading(text).asked.isEmpty, "\(text)")
        let reasons = Sample.reasons(try Sample.circumstances(order: text))
        #expect(reasons.isEmpty, "\(text): \(reasons)")
    }

    @Test(arguments: [
        "no trauma?", "Trauma verneint?", "kein Ausschluss einer Fraktur", "bed no 3 fracture", "no change in nodule", "no improvement of the fracture", "keine Änderung des Rundherds", "nicht nur Husten Fraktur",
        "no cough, fracture", "no cough (fracture)", "no fever now fracture", "kein Fieber, aber Sturz", "not sure fracture", "no fever no cough no chills and has since last monday been a fracture",
    ]) func whereADenialIsInDoubtItIsAsked(_ text: String) throws {
        #expect(try isInDoubt(text), "\(text)")
    }

    @Test(arguments: [
        "", "Cough", "COUGH AND FEVER", "Pre-operative", "Check-up", "Dyspnoea on exertion", "Husten seit 2 Wochen", "Fieber und Husten", "präoperativ", "Routine", "shortness of breath x3 days", "chest pain", "Luftnot", "V.a. Pneumonie",
        "r/o pneumonia", "pneumonia?", "Pneumonie bei Fieber und Husten?", "effusion", "Erguss?", "Ausschluss Pleuraerguss", "kein Erguss", "Stauung?", "45 y old man with cough", "38.5 fever",
    ]) func whatTheModelKnowsOrNobodyAsksIsDrafted(_ text: String) throws {
        let reasons = Sample.reasons(try Sample.circumstances(order: text))
        #expect(reasons.isEmpty, "\(text): \(reasons)")
    }

    @Test(arguments: ["Kawasaki", "V.a. Morbus Xyz", "please assess", "Abklärung", "?", "健診", "r/o pneumonia and Kawasaki", "xyzzy cough", "Пневмоторакс"]) func wordsThatTheTermsDoNotKnowAreADoubt(_ text: String) throws {
        #expect(try isInDoubt(text), "\(text)")
    }

    @Test func whatThePneumoniaModelKnowsIsNamed() throws {
        let reading = try reading("V.a. Pneumonie, Erguss")
        #expect(reading.asked.map(\.concept) == ["pneumonia", "effusion"] && reading.unknownWords.isEmpty && !reading.asksAboutNothingKnown)
    }

    @Test func aDepartmentsOwnTermsReplaceTheShippedOnes() throws {
        let json = #"{"concepts": [{"concept": "Zwerg", "labels": [], "terms": ["*zwerg*"]}], "asks": ["?"], "negations": ["kein*"], "not_negations": [], "breaks": [], "ordinary": ["husten"]}"#
        let terms = try OrderTerms(json: Data(json.utf8), from: "own.json")
        #expect(OrderReading(of: "Gartenzwerge", terms).asked.map(\.concept) == ["Zwerg"])
        #expect(OrderReading(of: "keine Gartenzwerge", terms).asked.isEmpty)
        #expect(OrderReading(of: "cough", terms).unknownWords == ["cough"])
    }

    @Test(arguments: ["{", "[]", #"{"concepts": [], "asks": [], "negations": [], "not_negations": [], "breaks": [], "ordinary": []}"#, #"{"concepts": [{"concept": "x", "labels": [], "terms": ["*"]}], "asks": [], "negations": [], "not_negations": [], "breaks": [], "ordinary": []}"#])
    func aFileThatIsNoneIsRefusedByName(_ json: String) {
        let error = #expect(throws: ReportingError.self) { try OrderTerms(json: Data(json.utf8), from: "own.json") }
        #expect(error?.description.contains("own.json") == true)
    }
}
