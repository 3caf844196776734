package import Worklist

/// Codes of the labels that models use: SNOMED CT where it has the finding, those of PS3.16 CID 6102 before others, DCM for what is a
/// sign on a film and no finding in a patient, else FirstRead's own scheme.
///
///     FindingCode.code("effusion")      // (60046008, SCT, "Pleural effusion")
///     FindingCode.code("rib_notching")  // (RIB_NOTCHING, 99FIRSTREAD, "rib notching")
package enum FindingCode {
    package static func code(_ label: String) -> Code {
        let words = label.lowercased().replacing("_", with: " ").replacing("-", with: " ")
        return table[words] ?? .private(label.replacing("_", with: " "))
    }

    private static func sct(_ value: String, _ meaning: String) -> Code { Code(value: value, scheme: "SCT", meaning: meaning) }

    private static let effusion = sct("60046008", "Pleural effusion")
    private static let edema = sct("19242006", "Pulmonary edema")
    private static let mass = sct("4147007", "Mass")
    private static let nodule = sct("27925004", "Nodule")
    private static let fracture = sct("125605004", "Fracture of bone")

    private static let table: [String: Code] = [
        "abnormal": sct("263654008", "Abnormal"),
        "pneumonia": sct("233604007", "Pneumonia"),
        "effusion": effusion, "pleural effusion": effusion,
        "pneumothorax": sct("36118008", "Pneumothorax"),
        "cardiomegaly": sct("8186001", "Cardiomegaly"),
        "edema": edema, "oedema": edema, "pulmonary edema": edema,
        "atelectasis": sct("46621007", "Atelectasis"),
        "consolidation": sct("95436008", "Lung consolidation"),
        "nodule": nodule, "lung nodule": nodule,
        "mass": mass, "lung mass": mass,
        "infiltration": Code(value: "112121", scheme: "DCM", meaning: "Infiltrate"),
        "infiltrate": Code(value: "112121", scheme: "DCM", meaning: "Infiltrate"),
        "opacity": Code(value: "112001", scheme: "DCM", meaning: "Opacity"),
        "lung opacity": Code(value: "112001", scheme: "DCM", meaning: "Opacity"),
        "emphysema": sct("87433001", "Pulmonary emphysema"),
        "fibrosis": sct("51615001", "Fibrosis of lung"),
        "tuberculosis": sct("154283005", "Pulmonary tuberculosis"),
        "covid": sct("840539006", "COVID-19"),
        "fracture": fracture,
        "hernia": sct("39839004", "Diaphragmatic hernia"),
    ]
}
