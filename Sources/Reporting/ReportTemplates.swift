import Foundation

/// The words in one language: those shipped, or a department's own.
package struct ReportTemplates: Sendable {
    package var language: ReportLanguage
    var normal: ReportTemplate
    var narrative: ReportTemplate

    /// - Parameter folder: holds `normal.LANGUAGE.mustache` and `narrative.LANGUAGE.mustache`; one that is not there is the shipped one.
    package init(language: ReportLanguage, folder: String? = nil) throws(ReportingError) {
        self.language = language
        if let folder {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                throw ReportingError("the folder of report templates \(folder) is not there; check --report-templates")
            }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            guard names.contains("normal.\(language.rawValue).mustache") || names.contains("narrative.\(language.rawValue).mustache") else {
                throw ReportingError("\(folder) holds neither normal.\(language.rawValue).mustache nor narrative.\(language.rawValue).mustache; check --report-templates and --report-language")
            }
        }
        let shipped = Self.shipped(language)
        normal = try Self.read("normal", language, folder, shipped.normal, NormalReport.form)
        narrative = try Self.read("narrative", language, folder, shipped.narrative, Narrative.form)
    }

    private static func shipped(_ language: ReportLanguage) -> (normal: [UInt8], narrative: [UInt8]) {
        switch language {
        case .en: (PackageResources.normal_en_mustache, PackageResources.narrative_en_mustache)
        case .de: (PackageResources.normal_de_mustache, PackageResources.narrative_de_mustache)
        }
    }

    private static func read(
        _ name: String, _ language: ReportLanguage, _ folder: String?, _ shipped: [UInt8], _ form: ReportTemplate.Form
    ) throws(ReportingError) -> ReportTemplate {
        let file = "\(name).\(language.rawValue).mustache"
        guard let path = folder.map({ $0 + "/" + file }), FileManager.default.fileExists(atPath: path) else {
            return try ReportTemplate(String(decoding: shipped, as: UTF8.self), from: "the shipped \(file)", form)
        }
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self) else {
            throw ReportingError("\(path) cannot be read as UTF-8 text; check --report-templates")
        }
        return try ReportTemplate(text, from: path, form)
    }
}
