/// The kind of image a model was made for, from its `model.json`.
package struct IntendedImage: Hashable, Sendable, Codable {
    /// Modality (0008,0060), for example CR, DX, RG.
    package var modality: [String]
    /// Body Part Examined (0018,0015), a defined term of PS3.16 annex L, for example CHEST.
    package var bodyPart: String
    /// View Position (0018,5101), for example PA, AP.
    package var view: [String]
    /// In years, where the model knows no children.
    package var minimumAge: Int?

    enum CodingKeys: String, CodingKey {
        case modality
        case bodyPart = "body_part"
        case view
        case minimumAge = "minimum_age"
    }

    package init(modality: [String], bodyPart: String, view: [String], minimumAge: Int? = nil) {
        self.modality = modality
        self.bodyPart = bodyPart
        self.view = view
        self.minimumAge = minimumAge
    }
}

/// Whether an image is one a model was made for, and if not, why, in a sentence for the worklist.
package enum Suitability: Hashable, Sendable {
    case suitable
    case unsuitable(reason: String)

    /// Judges by the header alone; pixels are judged elsewhere.
    ///
    /// A header that is silent about the body part or the view, or about the age where the model knows no children, makes the image unsuitable with that reason: nothing is guessed.
    package static func judge(_ header: ObjectHeader, for intended: IntendedImage) -> Suitability {
        let modality = header.modality.uppercased()
        guard header.hasPixelData else {
            return .unsuitable(reason: "no image: \(modality.isEmpty ? "object" : modality) without pixel data")
        }
        if !intended.modality.contains(modality) {
            let made = intended.modality.joined(separator: ", ")
            return .unsuitable(
                reason: modality.isEmpty
                    ? "the header states no modality; the model is made for \(made)"
                    : "\(modality) images are not what the model is made for (\(made))")
        }
        if header.presentationIntentType.uppercased() == "FOR PROCESSING" {
            return .unsuitable(reason: "For Processing image: raw detector data are never scored")
        }
        // PS3.3 C.7.6.1.1.2: value 3 LOCALIZER, and scanned documents (value 1 DERIVED with SECONDARY) carry no film.
        if header.imageType.contains(where: { $0.uppercased() == "LOCALIZER" }) {
            return .unsuitable(reason: "localizer image")
        }
        if let reason = bodyPartRefusal(header, intended) { return .unsuitable(reason: reason) }
        if let reason = viewRefusal(header, intended) { return .unsuitable(reason: reason) }
        if let reason = ageRefusal(header, intended) { return .unsuitable(reason: reason) }
        return .suitable
    }

    private static func ageRefusal(_ header: ObjectHeader, _ intended: IntendedImage) -> String? {
        guard let minimum = intended.minimumAge else { return nil }
        let made = "the model is made for patients from \(minimum) on"
        guard let age = PatientAge(patientAge: header.patientAge, birthDate: header.patientBirthDate, studyDate: header.studyDate) else {
            return "the header states no age; \(made)"
        }
        return age.years < minimum ? "the patient is \(age.years) years old; \(made)" : nil
    }

    private static func bodyPartRefusal(_ header: ObjectHeader, _ intended: IntendedImage) -> String? {
        let wanted = intended.bodyPart.uppercased()
        let stated = header.bodyPartExamined.uppercased()
        let fromCodes = header.anatomicRegionCodes.compactMap(BodyPartCode.term) + header.procedureCodes.compactMap(BodyPartCode.term)
        // A chest code beside another region's text, or the other way round, is a contradiction: then it is not the model's business.
        if let other = fromCodes.first(where: { $0 != wanted }) {
            return "body part is \(other.lowercased()) (by its code); the model is made for \(wanted.lowercased())"
        }
        if !stated.isEmpty {
            let isWanted = stated == wanted || BodyPartCode.spellings[wanted]?.contains(stated) == true
            return isWanted ? nil : "body part is \(stated.lowercased()); the model is made for \(wanted.lowercased())"
        }
        return fromCodes.isEmpty ? "the header states no body part" : nil
    }

    private static func viewRefusal(_ header: ObjectHeader, _ intended: IntendedImage) -> String? {
        let stated = header.viewPosition.uppercased()
        let fromCodes = header.viewCodes.compactMap(ViewCode.position)
        let views = (stated.isEmpty ? [] : [stated]) + fromCodes
        guard !views.isEmpty else {
            if let code = header.viewCodes.first {
                return "view code \(code.value) (\(code.scheme)) is not a frontal view known to the model"
            }
            return "the header states no view position"
        }
        if let other = views.first(where: { !intended.view.contains($0) }) {
            let name = ViewCode.names[other].map { "\($0) (\(other))" } ?? other.lowercased()
            return "view is \(name); the model is made for \(intended.view.joined(separator: " and ")) views"
        }
        return nil
    }
}
